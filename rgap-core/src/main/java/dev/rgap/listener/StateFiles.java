package dev.rgap.listener;

import dev.rgap.api.InternalApi;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The files of the one directory in which a listener keeps its members. */
@InternalApi
public interface StateFiles {

  /**
   * Begins to read a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  InputStream read(String name) throws IOException;

  /**
   * Begins to write a new file, which only the owner can read.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  OutputStream create(String name) throws IOException;

  /** Gives a file another name, in place of a file that has it, as a whole or not at all. */
  void move(String from, String to) throws IOException;

  /** Deletes a file if there is one. */
  void deleteIfExists(String name) throws IOException;

  /**
   * Makes the directory if it is not there, and takes its lock.
   *
   * @return gives the lock back
   * @throws IOException if another listener has it
   */
  Closeable lock(String name) throws IOException;
}
