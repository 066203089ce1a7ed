package dev.rgap.text;

import dev.rgap.api.InternalApi;
import java.util.Collection;
import java.util.Optional;

/** Guesses what was meant by a misspelt word, and asks whether that is so. */
@InternalApi
public final class Suggestion {

  private Suggestion() {}

  /** The word that is nearest to the typed one, if any is near enough to be meant. */
  public static Optional<String> nearest(String typed, Collection<String> known) {
    String best = null;
    int bestDistance = Math.max(1, Math.min(typed.length(), 64) / 3) + 1;
    for (String word : known) {
      int distance = typed.length() > 64 ? bestDistance : distance(typed, word);
      if (distance < bestDistance) {
        best = word;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /** {@code did you mean 'WORD'?}; nothing if no word is near enough to be meant. */
  public static String question(String typed, Collection<String> known) {
    return question(typed, known, "'", "'");
  }

  /** The same with something else than quotes before and after the word. */
  public static String question(
      String typed, Collection<String> known, String before, String after) {
    Optional<String> nearest = nearest(typed, known);
    return nearest.isEmpty() ? "" : "did you mean " + before + nearest.get() + after + "?";
  }

  /** A question, which may be nothing, and what is to be said in any case. */
  public static String then(String question, String rest) {
    return question.isEmpty() ? rest : question + " " + rest;
  }

  /** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
