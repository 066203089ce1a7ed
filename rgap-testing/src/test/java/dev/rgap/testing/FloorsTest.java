package dev.rgap.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloorsTest {

  @TempDir Path sources;

  @BeforeEach
  void build() throws IOException {
    write("Main", "import a.b.roof.Tile;");
    write(
        "roof/Tile", "import a.b.cellar.deep.Well; import a.b.roof.Other; import java.util.List;");
    write("cellar/deep/Well", "/** Not {@link a.b.roof.Tile}. */ // nor a.b.Main");
  }

  private void write(String name, String code) throws IOException {
    Path file = sources.resolve("a/b/" + name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, code);
  }

  private static Floors plan() {
    return Floors.below("a.b").floor("").floor("roof").floor("cellar.deep");
  }

  private void assertFails(Floors plan, String... parts) {
    assertThatThrownBy(() -> plan.check(sources))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void whatUsesLowerFloorsOnlyIsKept() {
    assertThatCode(() -> plan().check(sources)).doesNotThrowAnyException();
  }

  @Test
  void whatUsesAHigherOneIsNot() throws IOException {
    write("cellar/deep/Pump", "class Pump { a.b.roof.Tile wet; }");
    assertFails(plan(), "Pump.java: uses a.b.roof.T");
  }

  @Test
  void neitherIsWhatUsesTheRootOrItsOwnFloor() throws IOException {
    write("roof/Chimney", "import static a.b.Main.SMOKE;");
    assertFails(plan(), "Chimney.java: uses a.b.M");
    assertFails(
        Floors.below("a.b").floor("").floor("roof", "cellar.deep"),
        "Tile.java: uses a.b.cellar.deep.W");
  }

  @Test
  void thePlanIsComplete() {
    assertFails(Floors.below("a.b").floor("").floor("roof"), "Well.java: its package", "Tile.java");
    assertFails(plan().floor("attic"), "there is nothing in 'attic'");
  }
}
