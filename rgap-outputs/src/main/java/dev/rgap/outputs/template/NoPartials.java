package dev.rgap.outputs.template;

import com.github.jknack.handlebars.io.TemplateLoader;
import com.github.jknack.handlebars.io.TemplateSource;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Knows no other templates: a template is one text, and all of it is looked at when it is read. */
final class NoPartials implements TemplateLoader {

  @Override
  public TemplateSource sourceAt(String location) {
    throw new IllegalArgumentException("other templates can't be included");
  }

  @Override
  public String resolve(String location) {
    return location;
  }

  @Override
  public String getPrefix() {
    return "";
  }

  @Override
  public String getSuffix() {
    return "";
  }

  @Override
  public void setPrefix(String prefix) {}

  @Override
  public void setSuffix(String suffix) {}

  @Override
  public void setCharset(Charset charset) {}

  @Override
  public Charset getCharset() {
    return StandardCharsets.UTF_8;
  }
}
