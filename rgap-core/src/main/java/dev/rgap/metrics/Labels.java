package dev.rgap.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and values that tell numbers of one name from each other: names ascending, a value each.
 */
record Labels(List<String> flat) implements Comparable<Labels> {

  static final Labels NONE = new Labels(List.of());

  /** Takes names and values in turn. */
  static Labels of(String... namesAndValues) {
    return NONE.and(namesAndValues);
  }

  /** These and more; a name that is there already is an error. */
  Labels and(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a label without a value: " + Arrays.toString(namesAndValues));
    }
    if (namesAndValues.length == 0) {
      return this;
    }
    Map<String, String> all = new TreeMap<>(toMap());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!Names.isLabel(namesAndValues[i])) {
        throw new IllegalArgumentException("'" + namesAndValues[i] + "' can't name a label");
      }
      if (all.put(namesAndValues[i], namesAndValues[i + 1]) != null) {
        throw new IllegalArgumentException("label " + namesAndValues[i] + " is given twice");
      }
    }
    String[] flat = new String[2 * all.size()];
    int at = 0;
    for (Map.Entry<String, String> label : all.entrySet()) {
      flat[at++] = label.getKey();
      flat[at++] = label.getValue();
    }
    return new Labels(List.of(flat));
  }

  /** These and more; a name that is there already is an error. */
  Labels and(Map<String, String> more) {
    List<String> flatMore = new ArrayList<>();
    more.forEach((name, value) -> {
      flatMore.add(name);
      flatMore.add(value);
    });
    return and(flatMore.toArray(String[]::new));
  }

  Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      map.put(flat.get(i), flat.get(i + 1));
    }
    return Collections.unmodifiableMap(map);
  }

  @Override
  public int compareTo(Labels other) {
    int common = Math.min(flat.size(), other.flat.size());
    for (int i = 0; i < common; i++) {
      int order = flat.get(i).compareTo(other.flat.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(flat.size(), other.flat.size());
  }
}
