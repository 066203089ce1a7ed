package dev.rgap.simulation;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The simulation with a slip in the code that it runs: a source is changed and compiled anew. */
final class PlantedCode implements AutoCloseable {

  private final URLClassLoader classes;
  private final Class<?> simulation;

  /**
   * Compiles it.
   *
   * @param file the source, below {@code dev/rgap}
   * @param from what stands there, once
   * @param to what is to stand there
   * @param into an empty directory
   */
  PlantedCode(String module, String file, String from, String to, Path into)
      throws IOException, ClassNotFoundException {
    Path source = Path.of("..", module, "src/main/java/dev/rgap", file);
    String text = Files.readString(source);
    int at = text.indexOf(from);
    if (at < 0 || text.indexOf(from, at + 1) >= 0) {
      throw new AssertionError(source + " does not have this once: " + from);
    }
    Path planted = into.resolve("sources").resolve(source.getFileName());
    Files.createDirectories(planted.getParent());
    Files.writeString(planted, text.replace(from, to));
    Path classesOf = Files.createDirectories(into.resolve("classes"));
    compile(planted, classesOf);
    List<URL> places = new ArrayList<>();
    places.add(url(classesOf));
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      places.add(url(Path.of(part)));
    }
    classes = new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    simulation = classes.loadClass(Simulation.class.getName());
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }

  private static void compile(Path source, Path into) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of("-proc:none", "-nowarn", "-d", into.toString()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new AssertionError(said);
      }
    }
  }

  /** What {@link Simulation#first} says of it; "nothing" if that is nothing. */
  String first(long seeds) throws ReflectiveOperationException {
    Method first = simulation.getDeclaredMethod("first", long.class);
    first.setAccessible(true);
    try {
      return String.valueOf(first.invoke(null, seeds));
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }

  /** Its classes. */
  ClassLoader classes() {
    return classes;
  }

  @Override
  public void close() throws IOException {
    classes.close();
  }
}
