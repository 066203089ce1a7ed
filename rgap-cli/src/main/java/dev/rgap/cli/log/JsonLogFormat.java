package dev.rgap.cli.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.System.Logger.Level;
import java.time.OffsetDateTime;

/** Lines for programs: a JSON object each. The prefix is not a part of it. */
final class JsonLogFormat implements Log.Format {

  private final JsonFactory json = new JsonFactory();

  @Override
  public String render(
      OffsetDateTime time,
      Level level,
      String logger,
      String message,
      String error,
      String stackTrace)
      throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator generator = json.createGenerator(line)) {
      generator.writeStartObject();
      generator.writeStringField("time", Log.timestamp(time));
      generator.writeStringField("level", Log.name(level));
      generator.writeStringField("logger", logger);
      generator.writeStringField("message", message);
      if (!error.isEmpty()) {
        generator.writeStringField("error", error);
      }
      if (!stackTrace.isEmpty()) {
        generator.writeStringField("stack", stackTrace);
      }
      generator.writeEndObject();
    }
    return line.append('\n').toString();
  }
}
