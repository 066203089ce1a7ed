package dev.rgap.simulation;

import dev.rgap.listener.StateFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The directory in which a site keeps its members; survives its programs. */
final class SimulatedDisk {

  private static final String MEMBERS = "members";

  private final Map<String, byte[]> files = new HashMap<>();
  private final Consumer<byte[]> written;
  private boolean failing;
  private int room = Integer.MAX_VALUE;

  /** How many bytes are written until the program is killed; negative for never. */
  private int untilKilled = -1;

  /** Who is killed: what an end waits for is on a thread of its own, and spared. */
  private Thread victim = Thread.currentThread();

  /**
   * Empty, and works.
   *
   * @param written is told what has become the file of members
   */
  SimulatedDisk(Consumer<byte[]> written) {
    this.written = written;
  }

  // --- what is done to it ------------------------------------------------------------------------

  /** Everything fails from now on, or works. */
  void fail(boolean fails) {
    failing = fails;
  }

  boolean isFailing() {
    return failing;
  }

  /** No more than that fits on it from now on. */
  void fill(int bytes) {
    room = bytes;
  }

  /** The next one who has written this much is killed. */
  void killAfter(int bytes) {
    untilKilled = bytes;
    victim = Thread.currentThread();
  }

  /** Nobody is killed any more who writes. */
  void spare() {
    untilKilled = -1;
  }

  /** The power fails: what has not been forced to the disk may be torn, empty or as it was. */
  void tear(RandomGenerator random) {
    byte[] last = files.get(MEMBERS);
    if (last == null) {
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> files.put(MEMBERS, Arrays.copyOf(last, random.nextInt(last.length + 1)));
      case 1 -> files.put(MEMBERS, new byte[last.length]);
      case 2 -> {
        byte[] torn = last.clone();
        int from = random.nextInt(torn.length);
        Arrays.fill(torn, from, Math.min(torn.length, from + 1 + random.nextInt(100)), (byte) 0);
        files.put(MEMBERS, torn);
      }
      default -> {} // in time
    }
  }

  // --- what a program sees of it -----------------------------------------------------------------

  /** The files, for one program. */
  StateFiles of(Program program) {
    return new Files(program);
  }

  private final class Files implements StateFiles {
    private final Program program;

    Files(Program program) {
      this.program = program;
    }

    private boolean isGone() {
      return !program.isAlive();
    }

    private void check() throws IOException {
      if (failing) {
        throw new IOException("Input/output error");
      }
    }

    @Override
    public InputStream read(String name) throws IOException {
      check();
      byte[] bytes = files.get(name);
      if (bytes == null) {
        throw new NoSuchFileException(name);
      }
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public ByteArrayOutputStream create(String name) throws IOException {
      check();
      if (files.putIfAbsent(name, new byte[0]) != null) {
        throw new FileAlreadyExistsException(name);
      }
      return new Growing(this, name);
    }

    @Override
    public void move(String from, String to) throws IOException {
      if (isGone()) {
        return;
      }
      check();
      byte[] bytes = files.remove(from);
      if (bytes == null) {
        throw new NoSuchFileException(from);
      }
      files.put(to, bytes);
      if (to.equals(MEMBERS)) {
        written.accept(bytes);
      }
    }

    @Override
    public void deleteIfExists(String name) throws IOException {
      if (!isGone()) {
        check();
        files.remove(name);
      }
    }

    @Override
    public Closeable lock(String name) throws IOException {
      check();
      return () -> {};
    }
  }

  /** A file that is being written: each byte is there at once. */
  private final class Growing extends ByteArrayOutputStream {
    private final Files by;
    private final String name;

    Growing(Files by, String name) {
      this.by = by;
      this.name = name;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      by.check();
      if (size() + bytes.length > room) {
        throw new IOException("No space left on device");
      }
      if (untilKilled >= 0
          && size() + bytes.length > untilKilled
          && Thread.currentThread().equals(victim)) {
        super.write(bytes, 0, Math.max(0, untilKilled - size()));
        files.put(name, toByteArray());
        untilKilled = -1;
        by.program.kill();
        throw new Program.Killed();
      }
      super.write(bytes, 0, bytes.length);
      files.put(name, toByteArray());
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      try {
        write(Arrays.copyOfRange(bytes, from, from + length));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
