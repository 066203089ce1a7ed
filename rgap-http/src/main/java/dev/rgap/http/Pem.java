package dev.rgap.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and private keys in PEM (RFC 7468).
 *
 * <pre>
 *   PKCS#8   PRIVATE KEY       version, algorithm, key     as Java reads it
 *   PKCS#1   RSA PRIVATE KEY   key                         the algorithm is that of the
 *   SEC 1    EC PRIVATE KEY    key                         certificate's public key
 * </pre>
 */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final byte[] VERSION = {2, 1, 0};

  private Pem() {}

  /**
   * The certificates in a file, the first of which is its owner's.
   *
   * @throws IllegalArgumentException if there is none, or one can't be read
   */
  static List<X509Certificate> certificates(byte[] content) {
    List<X509Certificate> found = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      while (block.find()) {
        if (block.group(1).endsWith("CERTIFICATE")) {
          byte[] der = bytes(block.group(2));
          found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "certificate " + (found.size() + 1) + " of it can't be read: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("there is no certificate in it: no BEGIN CERTIFICATE");
    }
    return found;
  }

  /**
   * The private key in a file.
   *
   * @param owner whom the key is to belong to
   * @throws IllegalArgumentException if there is none, or it is encrypted or another one's; the
   *     message doesn't repeat it
   */
  static PrivateKey key(byte[] content, PublicKey owner) {
    Map<String, String> blocks = new LinkedHashMap<>();
    Matcher block = BLOCK.matcher(new String(content, StandardCharsets.ISO_8859_1));
    while (block.find()) {
      blocks.putIfAbsent(block.group(1), block.group(2));
    }
    String plain = blocks.get("PRIVATE KEY");
    if (plain != null) {
      return key(bytes(plain), owner.getAlgorithm());
    }
    for (String label : List.of("RSA PRIVATE KEY", "EC PRIVATE KEY")) {
      String old = blocks.get(label);
      if (old != null && !old.contains("ENCRYPTED")) {
        return key(wrapped(bytes(old), owner), owner.getAlgorithm());
      }
      if (old != null) {
        throw encrypted();
      }
    }
    if (blocks.containsKey("ENCRYPTED PRIVATE KEY")) {
      throw encrypted();
    }
    // An old header with its dashes is no block, as DEK-Info is.
    if (new String(content, StandardCharsets.ISO_8859_1).contains("ENCRYPTED")) {
      throw encrypted();
    }
    throw new IllegalArgumentException("there is no private key in it: no BEGIN PRIVATE KEY");
  }

  private static IllegalArgumentException encrypted() {
    return new IllegalArgumentException(
        "the key is encrypted, and nobody is there to ask for its passphrase;"
            + " 'openssl pkey -in FILE -out NEW' takes it away");
  }

  private static PrivateKey key(byte[] pkcs8, String algorithm) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (InvalidKeySpecException e) {
      // Its causes may have parts of the key in them.
      throw new IllegalArgumentException(
          "this is no key of the kind that the certificate is for, " + algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("keys of the kind " + algorithm + " are not known", e);
    }
  }

  /** PKCS#8: the key with the algorithm, and the curve, of its public half. */
  private static byte[] wrapped(byte[] key, PublicKey owner) {
    byte[] spki = owner.getEncoded(); // SEQUENCE { algorithm SEQUENCE, BIT STRING }
    int start = headLength(spki, 0);
    int end = start + headLength(spki, start) + contentLength(spki, start);
    byte[] algorithm = Arrays.copyOfRange(spki, start, end);
    return element(SEQUENCE, VERSION, algorithm, element(OCTETS, key));
  }

  private static int headLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int contentLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = content.size();
    if (length < 0x80) {
      all.write(length);
    } else {
      int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      all.write(0x80 | octets);
      for (int i = octets - 1; i >= 0; i--) {
        all.write(length >> (8 * i));
      }
    }
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its text is no Base64"); // without what is in it
    }
  }
}
