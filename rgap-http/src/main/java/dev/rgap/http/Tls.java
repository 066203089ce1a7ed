package dev.rgap.http;

import dev.rgap.api.InternalApi;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificate by which the host shows to clients of TLS who it is, with its key: an immutable
 * value that can be compared, and whose key can't be printed.
 */
@InternalApi
public final class Tls {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private static final char[] NO_PASSWORD = {};

  private final List<X509Certificate> chain;
  private final PrivateKey key;
  private final byte[] hash;

  /** Made when the first client comes. */
  private volatile @Nullable SSLContext context;

  private Tls(List<X509Certificate> chain, PrivateKey key, byte[] hash) {
    this.chain = chain;
    this.key = key;
    this.hash = hash;
  }

  /**
   * Of the content of two files in PEM.
   *
   * @param chain the certificate, and those that have signed it
   * @throws IllegalArgumentException if the key can't be read, or is not that of the certificate;
   *     the message doesn't repeat it
   */
  static Tls of(List<X509Certificate> chain, byte[] key) {
    PublicKey owner = chain.getFirst().getPublicKey();
    PrivateKey read = Pem.key(key, owner);
    try {
      if (!belongs(read, owner)) {
        throw new IllegalArgumentException("this is the key of another certificate");
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (X509Certificate each : chain) {
        digest.update(each.getEncoded());
      }
      return new Tls(List.copyOf(chain), read, digest.digest(read.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key can't be used: " + e.getMessage(), e);
    }
  }

  private static boolean belongs(PrivateKey key, PublicKey owner) throws GeneralSecurityException {
    String algorithm =
        switch (owner.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> owner.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    try {
      signature.initSign(key);
    } catch (InvalidKeyException e) {
      return false;
    }
    signature.update(owner.getEncoded());
    byte[] signed = signature.sign();
    signature.initVerify(owner);
    signature.update(owner.getEncoded());
    return signature.verify(signed);
  }

  /** Until when the certificate is good. */
  Instant until() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** From when on it is. */
  Instant since() {
    return chain.getFirst().getNotBefore().toInstant();
  }

  /** The host's side of a new connection. */
  SSLEngine engine() throws GeneralSecurityException, IOException {
    SSLContext made = context;
    if (made == null) {
      made = context(key, chain.toArray(Certificate[]::new));
      context = made;
    }
    SSLEngine engine = made.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static SSLContext context(PrivateKey key, Certificate[] chain)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("rgap", key, NO_PASSWORD, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(keys.getKeyManagers(), null, null);
    return made;
  }

  /**
   * What a client that trusts these authorities only needs.
   *
   * @param authorities certificates in PEM
   * @throws IllegalArgumentException if there are none in it
   */
  public static SSLContext trusting(byte[] authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    for (X509Certificate each : Pem.certificates(authorities)) {
      store.setCertificateEntry(Integer.toString(store.size()), each);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(null, trust.getTrustManagers(), null);
    return made;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tls that && MessageDigest.isEqual(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return "certificate of " + chain.getFirst().getSubjectX500Principal().getName();
  }
}
