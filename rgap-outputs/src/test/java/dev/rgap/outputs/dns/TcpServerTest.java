package dev.rgap.outputs.dns;

import static dev.rgap.outputs.dns.TestServer.GROUP;
import static dev.rgap.outputs.dns.TestServer.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rgap.testing.LogCapture;
import dev.rgap.time.Scheduler;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** Real connections over loopback; the time of the server is the test's. */
class TcpServerTest {

  /** Nothing waits for so long unless the test fails. */
  private static final int TIMEOUT_MILLIS = 20_000;

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final String NAME = "worker.example.com";

  private final LockedScheduler time = new LockedScheduler();
  private final List<Closeable> open = new ArrayList<>();

  private final TestServer answers =
      new TestServer(new TestConfig().map(NAME, GROUP).tcp(256, 64)).joinMany(GROUP, 1_000);

  private TcpServer serve(TestServer of) throws IOException {
    TcpServer server = server(of, 0, time);
    open.add(server::close);
    return server;
  }

  private static TcpServer server(TestServer of, int port, Scheduler scheduler) throws IOException {
    int connections = of.config.tcp().maxConnections();
    return new TcpServer(of.service, LOOPBACK, port, scheduler, connections);
  }

  private TestServer withPlaces(int connections) {
    return new TestServer(new TestConfig().map(NAME, GROUP).tcp(connections, 64))
        .joinMany(GROUP, 1_000);
  }

  /** Waits until the server has planned so many things. */
  private void awaitPlans(int count) {
    while (time.pendingTasks() != count) {
      Thread.onSpinWait();
    }
  }

  private Client connect(TcpServer server) throws IOException {
    Client client = new Client(server.port());
    open.add(client);
    return client;
  }

  @AfterEach
  void close() throws IOException {
    for (Closeable one : open.reversed()) {
      one.close();
    }
  }

  private static byte[] query(int id) {
    byte[] query = TestQuery.of(NAME, Type.A).bytes();
    query[0] = (byte) (id >>> 8);
    query[1] = (byte) id;
    return query;
  }

  private static byte[] framed(byte[] query) {
    return ByteBuffer.allocate(2 + query.length).putShort((short) query.length).put(query).array();
  }

  /** A client with a connection. */
  private static final class Client implements Closeable {

    final Socket socket = new Socket();
    final DataInputStream in;
    final OutputStream out;

    Client(int port) throws IOException {
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress(LOOPBACK, port));
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    void send(byte... bytes) throws IOException {
      out.write(bytes);
    }

    /** Reads an answer and returns its id. */
    int receive() throws IOException {
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      assertThat(data(TestServer.parse(answer))).hasSize(1_000);
      return ByteBuffer.wrap(answer).getShort() & 0xffff;
    }

    void ask(int id) throws IOException {
      send(framed(query(id)));
      assertThat(receive()).isEqualTo(id);
    }

    /** Whether the server ends the connection; false if it does not for some time. */
    boolean endsWithin(int millis) throws IOException {
      socket.setSoTimeout(millis);
      try {
        in.skipNBytes(Long.MAX_VALUE);
        return false;
      } catch (EOFException e) {
        return true;
      } catch (SocketTimeoutException e) {
        return false;
      } catch (SocketException e) {
        return true; // reset
      } finally {
        socket.setSoTimeout(TIMEOUT_MILLIS);
      }
    }

    boolean ends() throws IOException {
      return endsWithin(TIMEOUT_MILLIS);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void oneQueryAfterTheOther() throws IOException {
    Client client = connect(serve(answers));
    for (int id = 0; id < 20; id++) {
      client.ask(id);
    }
  }

  @Test
  void manyQueriesAtOnce() throws IOException {
    Client client = connect(serve(answers));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id = 0; id < 100; id++) {
      all.writeBytes(framed(query(id)));
    }
    client.send(all.toByteArray());
    for (int id = 0; id < 100; id++) {
      assertThat(client.receive()).isEqualTo(id);
    }
  }

  @Test
  void queriesByteByByte() throws IOException {
    Client client = connect(serve(answers));
    for (int id = 1; id < 4; id++) {
      for (byte one : framed(query(id))) {
        client.send(one);
      }
      assertThat(client.receive()).isEqualTo(id);
    }
  }

  @Test
  void aQueryAndAHalf() throws IOException {
    Client client = connect(serve(answers));
    byte[] second = framed(query(2));
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(framed(query(1)));
    first.write(second, 0, 9);
    client.send(first.toByteArray());
    assertThat(client.receive()).isEqualTo(1);
    client.send(Arrays.copyOfRange(second, 9, second.length));
    assertThat(client.receive()).isEqualTo(2);
  }

  /** A client may say that it will send no more, and still read (RFC 7766 section 6.2.3). */
  @Test
  void aClientThatClosesItsSideIsAnswered() throws IOException {
    Client client = connect(serve(answers));
    client.send(framed(query(1)));
    client.send(framed(query(2)));
    client.socket.shutdownOutput();
    assertThat(client.receive()).isEqualTo(1);
    assertThat(client.receive()).isEqualTo(2);
    assertThat(client.ends()).isTrue();
  }

  @Test
  void errorsAreAnsweredAndTheConnectionGoesOn() throws IOException {
    Client client = connect(serve(answers));
    client.send(framed(TestQuery.of(NAME, Type.A).counts(0, 0, 0, 0).bytes()));
    byte[] answer = new byte[client.in.readUnsignedShort()];
    client.in.readFully(answer);
    assertThat(TestServer.code(TestServer.parse(answer))).isEqualTo("FORMERR");
    client.ask(7);
  }

  @Test
  void whatIsNoQueryEndsTheConnection() throws IOException {
    TcpServer server = serve(answers);
    Client short11 = connect(server);
    short11.send(framed(new byte[11]));
    assertThat(short11.ends()).isTrue();

    Client empty = connect(server);
    empty.send(framed(new byte[0]));
    assertThat(empty.ends()).isTrue();

    Client answer = connect(server);
    answer.send(framed(TestQuery.of(NAME, Type.A).flags(0x8000).bytes()));
    assertThat(answer.ends()).isTrue();

    Client tooLong = connect(server);
    tooLong.send((byte) 0x10, (byte) 0x01); // 4097
    assertThat(tooLong.ends()).isTrue();
    assertThat(answers.service.stats.dropped.value()).isEqualTo(4);
  }

  @Test
  void theLongestQuery() throws IOException {
    Client client = connect(serve(answers));
    int space = 4_096 - query(1).length - 11;
    byte[] option = new byte[space];
    ByteBuffer.wrap(option).putShort((short) 0xfde9).putShort((short) (space - 4));
    client.send(framed(TestQuery.of(NAME, Type.A).edns(512, 0, 0, option).bytes()));
    assertThat(client.receive()).isEqualTo(TestQuery.ID);
  }

  /** Advances the time until the connection is closed. */
  private void assertTimesOut(Client client) throws IOException {
    // A single step would do, but for the server that may still be about to note the last query.
    for (int i = 0; i < 100; i++) {
      time.advance(Duration.ofSeconds(11));
      if (client.endsWithin(200)) {
        return;
      }
    }
    throw new AssertionError("the connection is still open");
  }

  @Test
  void aConnectionThatOnlySendsALengthIsClosed() throws IOException {
    Client client = connect(serve(answers));
    client.ask(1);
    client.send((byte) 0, (byte) 36);
    time.advance(Duration.ofSeconds(5));
    assertThat(client.endsWithin(50)).isFalse();
    assertTimesOut(client);
    assertThat(answers.service.stats.connectionsTimedOut.value()).isEqualTo(1);
  }

  @Test
  void aConnectionThatSendsNothingIsClosed() throws IOException {
    TcpServer server = serve(answers);
    Client silent = connect(server);
    connect(server).ask(1); // now the silent one is accepted, too
    assertTimesOut(silent);
  }

  /** A byte now and then keeps no connection open. */
  @Test
  void aConnectionThatSendsBytesNowAndThenIsClosed() throws IOException {
    TcpServer server = serve(answers);
    Client dripping = connect(server);
    dripping.send((byte) 0);
    connect(server).ask(1);
    for (int i = 0; i < 9; i++) {
      time.advance(Duration.ofSeconds(1));
      dripping.send(framed(query(1))[i + 1]);
    }
    assertThat(dripping.endsWithin(50)).isFalse();
    assertTimesOut(dripping);
  }

  @Test
  void aConnectionThatAsksStaysOpen() throws IOException {
    Client client = connect(serve(answers));
    for (int id = 0; id < 10; id++) {
      client.ask(id);
      time.advance(Duration.ofSeconds(6));
    }
    client.ask(99);
  }

  @Test
  void aClientThatDoesNotReadIsDropped() throws IOException {
    TcpServer server = serve(answers);
    Client slow = connect(server);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int id = 0; id < 300; id++) {
      many.writeBytes(framed(query(id))); // 5 MB of answers, more than all buffers
    }
    slow.send(many.toByteArray());
    Client other = connect(server);
    for (int i = 0; answers.service.stats.connectionsTimedOut.value() == 0; i++) {
      assertThat(i).isLessThan(1_000);
      other.ask(i);
      time.advance(Duration.ofSeconds(4));
    }
    assertThat(slow.ends()).isTrue();
    other.ask(1);
  }

  @Test
  void aClientThatGoesAwayHarmsNobody() throws IOException {
    TcpServer server = serve(answers);
    Client stays = connect(server);
    for (int i = 0; i < 50; i++) {
      Client goes = connect(server);
      goes.send(framed(query(i)));
      goes.send(framed(query(i)));
      if (i % 2 == 0) {
        goes.socket.setSoLinger(true, 0); // a reset
      }
      goes.close();
      stays.ask(i);
    }
  }

  @Test
  void aClientHasOnlySoManyConnections() throws IOException {
    TestServer few =
        new TestServer(new TestConfig().map(NAME, GROUP).tcp(100, 3)).joinMany(GROUP, 1_000);
    TcpServer server = serve(few);
    List<Client> clients = new ArrayList<>();
    for (int id = 0; id < 3; id++) {
      clients.add(connect(server));
      clients.get(id).ask(id);
    }
    assertThat(connect(server).ends()).isTrue();
    assertThat(few.service.stats.connectionsRefused.value()).isEqualTo(1);
    clients.get(0).ask(4);

    clients.get(1).socket.shutdownOutput();
    assertThat(clients.get(1).ends()).isTrue();
    // The place is free as soon as the server knows; that may be after the client does.
    for (int i = 0; ; i++) {
      assertThat(i).isLessThan(1_000);
      try {
        connect(server).ask(5);
        break;
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void theLongestIdleConnectionMakesPlace() throws IOException {
    TestServer few =
        new TestServer(new TestConfig().map(NAME, GROUP).tcp(2, 64)).joinMany(GROUP, 1_000);
    TcpServer server = serve(few);
    Client busy = connect(server);
    busy.ask(1);
    Client idle = connect(server);
    idle.ask(2);
    for (int id = 0; id < 50; id++) {
      busy.ask(id);
    }
    Client fresh = connect(server);
    fresh.ask(3);
    assertThat(idle.ends()).isTrue();
    busy.ask(4);
    fresh.ask(5);
    assertThat(few.service.stats.connectionsRefused.value()).isEqualTo(1);
  }

  /** Who has connected is about to ask: nobody is closed for one who has connected later. */
  @Test
  void moreArrivalsAtOnceThanPlacesAreAllAnswered() throws IOException {
    TestServer few = withPlaces(4);
    TcpServer server = serve(few);
    List<Client> clients = new ArrayList<>();
    for (int id = 0; id < 40; id++) {
      clients.add(connect(server));
    }
    for (int id = 0; id < 40; id++) {
      clients.get(id).ask(id);
    }
    // Those that had their answer made place.
    assertThat(few.service.stats.connectionsRefused.value()).isEqualTo(36);
    assertThat(clients.get(0).ends()).isTrue();
    clients.get(39).ask(39);
  }

  @Test
  void aConnectionThatAsksNothingMakesPlaceAfterASecond() throws IOException {
    TestServer few = withPlaces(2);
    TcpServer server = serve(few);
    Client silent = connect(server);
    silent.send((byte) 0);
    awaitPlans(1); // it has its place
    time.advance(Duration.ofMillis(500));
    Client young = connect(server);
    Client waiting = connect(server);
    waiting.send(framed(query(3)));
    awaitPlans(2); // a look for one that is silent for long enough

    time.advance(Duration.ofMillis(499));
    assertThat(waiting.in.available()).isZero();
    assertThat(few.service.stats.connectionsRefused.value()).isZero();

    time.advance(Duration.ofMillis(1));
    assertThat(waiting.receive()).isEqualTo(3);
    assertThat(silent.ends()).isTrue();
    young.ask(4);
    assertThat(few.service.stats.connectionsRefused.value()).isEqualTo(1);
  }

  @Test
  void oneThatWaitsGetsThePlaceOfOneThatGoes() throws IOException {
    TcpServer server = serve(withPlaces(1));
    Client first = connect(server);
    awaitPlans(1);
    Client waiting = connect(server);
    waiting.send(framed(query(2)));
    awaitPlans(2);
    first.close();

    assertThat(waiting.receive()).isEqualTo(2);
  }

  @Test
  void closingEndsOneThatWaits() throws IOException {
    TcpServer server = serve(withPlaces(1));
    Client first = connect(server);
    awaitPlans(1);
    Client waiting = connect(server);
    awaitPlans(2);
    server.close();

    assertThat(first.ends()).isTrue();
    assertThat(waiting.ends()).isTrue();
    assertThat(time.pendingTasks()).isZero();
  }

  @Test
  void slowConnectionsDoNotDisturbUdp() throws IOException {
    TestServer many =
        new TestServer(new TestConfig().map(NAME, GROUP).tcp(1_000, 1_000)).joinMany(GROUP, 1_000);
    TcpServer server = serve(many);
    UdpServer udp = new UdpServer(many.service, LOOPBACK, server.port(), false);
    open.add(udp::close);
    List<Client> slow = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Client client = connect(server);
      client.send(Arrays.copyOf(framed(query(i)), 5));
      slow.add(client);
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      for (int id = 0; id < 300; id++) {
        slow.get(id).send(framed(query(id))[5]);
        byte[] query = query(id);
        socket.send(new DatagramPacket(query, query.length, LOOPBACK, server.port()));
        DatagramPacket answer = new DatagramPacket(new byte[600], 600);
        socket.receive(answer);
        assertThat(ByteBuffer.wrap(answer.getData()).getShort()).isEqualTo((short) id);
      }
    }
    connect(server).ask(1);
  }

  @Test
  void aSecondServerOnThePort() throws IOException {
    TcpServer server = serve(answers);

    assertThatThrownBy(() -> server(answers, server.port(), time))
        .isInstanceOf(BindException.class);
    connect(server).ask(1);
  }

  @Test
  void connectionsThatCantBeServedAreSaidOnceAndEndNothing() throws IOException {
    AtomicBoolean broken = new AtomicBoolean(true);
    LockedScheduler failing =
        new LockedScheduler() {
          @Override
          public synchronized Task at(long deadlineNanos, Runnable task) {
            if (broken.get()) {
              throw new OutOfMemoryError("as if there were none for another thread");
            }
            return super.at(deadlineNanos, task);
          }
        };
    try (LogCapture log = LogCapture.of(TcpServer.class.getName());
        TcpServer server = server(answers, 0, failing)) {
      for (int i = 0; i < 3; i++) {
        assertThat(connect(server).ends()).isTrue();
      }
      assertThat(log.lines()).containsExactly("DNS by TCP: accepting failed, trying again");
      broken.set(false);
      connect(server).ask(1);
    }
  }

  @Test
  void failuresThatComeInWavesAreSaidOnce() throws IOException {
    AtomicBoolean broken = new AtomicBoolean();
    LockedScheduler failing =
        new LockedScheduler() {
          @Override
          public synchronized Task at(long deadlineNanos, Runnable task) {
            if (broken.get()) {
              throw new OutOfMemoryError("as if there were none for another thread");
            }
            return super.at(deadlineNanos, task);
          }
        };
    try (LogCapture log = LogCapture.of(TcpServer.class.getName());
        TcpServer server = server(answers, 0, failing)) {
      for (int wave = 0; wave < 3; wave++) {
        broken.set(true);
        assertThat(connect(server).ends()).isTrue();
        broken.set(false);
        connect(server).ask(1);
        // All connections end, and with them the plan to look after them.
        while (failing.pendingTasks() > 0) {
          failing.advance(Duration.ofSeconds(11));
          Thread.onSpinWait();
        }
      }
      assertThat(answers.service.stats.acceptFailures.value()).isEqualTo(3);
      assertThat(log.lines()).hasSize(1);

      failing.advance(Duration.ofMinutes(10));
      broken.set(true);
      assertThat(connect(server).ends()).isTrue();
      // The connection ends first.
      while (answers.service.stats.acceptFailures.value() < 4 || log.lines().size() < 2) {
        Thread.onSpinWait();
      }
      assertThat(log.lines()).hasSize(2);
    }
  }

  @Test
  void closingEndsEverything() throws IOException {
    TcpServer server = serve(answers);
    Client idle = connect(server);
    idle.ask(1);
    Client waiting = connect(server);
    waiting.send((byte) 0);
    connect(server).ask(2);
    server.close();
    assertThat(idle.ends()).isTrue();
    assertThat(waiting.ends()).isTrue();
    assertThat(time.pendingTasks()).isZero();
    assertThatThrownBy(() -> connect(server)).isInstanceOf(IOException.class);
    server.close();
    try (TcpServer again = server(answers, server.port(), time)) {
      connect(again).ask(3);
    }
  }
}
