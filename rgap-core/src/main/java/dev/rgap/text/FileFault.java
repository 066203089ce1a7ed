package dev.rgap.text;

import dev.rgap.api.InternalApi;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says for people why something could not be done with a file. */
@InternalApi
public final class FileFault {

  private FileFault() {}

  /** The reason, without the file's name, which the JDK gives in place of some reasons. */
  public static String reason(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException fault && fault.getReason() != null
        ? fault.getReason()
        : String.valueOf(e.getMessage());
  }
}
