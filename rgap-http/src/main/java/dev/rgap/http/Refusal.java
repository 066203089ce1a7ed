package dev.rgap.http;

/** Ends a request with a problem. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Answer answer;

  Refusal(Answer answer) {
    super(null, null, false, false);
    this.answer = answer;
  }

  static Refusal badRequest(String detail) {
    return new Refusal(Answer.problem(400, "Bad Request", detail));
  }

  static Refusal notFound(String detail) {
    return new Refusal(Answer.problem(404, "Not Found", detail));
  }

  Answer answer() {
    return answer;
  }
}
