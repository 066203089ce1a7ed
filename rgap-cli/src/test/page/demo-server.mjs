// A listener that is none: the status page with plausible data, to work on it and to make its picture.
//
//   node demo-server.mjs [PORT [well|wrong|old]]
//
// wrong: a group that is not ready, an output that fails, a configuration with errors, rejected senders.
// old: a listener without events, history, rejections and explanations.
import fs from 'node:fs';
import http from 'node:http';
import { pathToFileURL } from 'node:url';

const HTTP = process.env.RGAP_HTTP_SOURCES ?? new URL('../../../../rgap-http/src/main', import.meta.url).pathname;
const PAGE = HTTP + '/resources/dev/rgap/http/page/';

/** As StatusPage.java joins it. */
function page() {
  const source = fs.readFileSync(HTTP + '/java/dev/rgap/http/StatusPage.java', 'utf8');
  const scripts = [...source.matchAll(/"([a-z]+\.js)"/g)].map(([, name]) => fs.readFileSync(PAGE + name, 'utf8'));
  return fs.readFileSync(PAGE + 'page.html', 'utf8')
    .replace('/*STYLE*/', () => '\n' + fs.readFileSync(PAGE + 'page.css', 'utf8'))
    .replace('/*SCRIPT*/', () => '\n' + scripts.join(''));
}

const EXPIRE = 15;
const started = Date.now();
const iso = (millis) => new Date(millis).toISOString();

/** The same numbers at each run. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}

const SIZES = [[1000, 48], [1001, 32], [1002, 12], [1003, 96], [2000, 24], [2001, 6], [2002, 64], [3000, 3], [3001, 18],
  [3002, 9], [4000, 20], [4001, 8]];

function makeGroups() {
  return SIZES.map(([id, size], g) => {
    const chance = random(id);
    const members = Array.from({ length: size }, (_, i) => ({
      address: '10.' + g + '.0.' + (i + 1),
      heard: started - chance() * 5000,
      since: started - 3_600_000 * (1 + chance() * 60),
      sender: '10.' + g + '.0.' + (i + 1),
      skew: (chance() - 0.5) * 0.08,
    }));
    const sizes = Array.from({ length: 120 }, (_, i) => Math.round(size * (0.93 + 0.07 * Math.sin(i / (9 + g)) * chance()
      + 0.04 * chance())));
    return { id: String(id), members, sizes: sizes.map((each) => Math.min(each, size)) };
  });
}

export function demo(kind, port) {
  const wrong = kind === 'wrong';
  const old = kind === 'old';
  const groups = makeGroups();
  const ready = (group) => !(wrong && group.id === '2000');
  const fields = (member, now) => ({
    address: member.address,
    expires_at: iso(member.heard + EXPIRE * 1000),
    remaining_seconds: EXPIRE - (((now - member.heard) / 1000) % 5),
    held: Boolean(member.held),
    ...(old ? {} : { draining: Boolean(member.draining) }),
    ...(old ? {} : { since: iso(member.since), announced: iso(now - ((now - member.heard) % 5000)), sender: member.sender,
      skew_seconds: member.skew, key: '3f9a1c7e' }),
  });
  if (wrong) {
    groups[3].members.slice(0, 3).forEach((member) => (member.held = true));
  }
  const rejections = [
    { reason: 'signature', sender: '10.2.0.77', source: ':8271', group: '1002', address: '10.2.0.77', count: 214,
      first: iso(started - 1_070_000), last: iso(started - 2000),
      detail: 'its key is not the group\'s: give the agent the key that the listener has (rgap reload after a change)' },
    { reason: 'stale', sender: '10.6.0.31', source: ':8271', group: '2002', address: '10.6.0.31', count: 96,
      first: iso(started - 480_000), last: iso(started - 4000), skew_seconds: -42.7,
      detail: 'its clock is 42.7 s behind, and clock_skew allows 15 s: set the clock of the sender, by NTP' },
  ];
  const outputs = () => ['dns 10.0.0.2:53', 'hostsfile /etc/hosts', 'template /etc/haproxy/backends.cfg', 'eventlog'].map((id, i) => ({
    output: id, kind: id.split(' ')[0], groups: [['1000', '1001', '1002', '3000'], ['1003'], ['2000', '2001', '2002'], []][i],
    ...(i === 1 || i === 2 ? {
      failing: wrong && i === 2, last_success: iso(started - (wrong && i === 2 ? 560_000 : 61_000)),
      ...(old ? {} : { last_run: iso(started - (wrong && i === 2 ? 12_000 : 61_000)), last_duration_seconds: [0, 0.004, 0.087][i] }),
      ...(wrong && i === 2 && !old ? { error: 'the check "haproxy -c -f /etc/haproxy/haproxy.cfg" failed: status 1: '
        + '[ALERT] parsing [/etc/haproxy/backends.cfg:14]: unknown keyword \'sever\'' } : {}),
      runs: { written: 41 },
    } : {}),
  }));
  const config = () => ({
    listen: [':8271'], watch: true,
    groups: groups.map((group) => ({ group: group.id, keys: ['3f9a1c7e'], expire: '15s', clock_skew: '15s',
      readiness_delay: '15s', max_members: 100000, addresses: ['10.0.0.0/8'], draining: 'keep', guard: true, damping: false })),
    outputs: [],
    ...(old ? {} : { last_reload: wrong
      ? { time: iso(started - 300_000), successful: false, failed: [],
        problems: ['rgap.yaml:31:5: groups[4].expire: \'15\' has no unit; did you mean \'15s\'?'] }
      : { time: iso(started - 7_200_000), successful: true, problems: [], failed: [] } }),
  });
  const head = (group) => ({ group: group.id, ready: ready(group), index: 1, size: group.members.length,
    ...(old ? {} : { held: group.members.filter((member) => member.held).length,
      draining: group.members.filter((member) => member.draining).length, pending: 0 }) });

  const events = [];
  const clients = new Set();
  const tell = (event, time, group, address, cause) => {
    events.push({ id: 'demo-' + events.length, event, data: JSON.stringify({ time: iso(time), group: group.id, address,
      ...(cause ? { cause } : {}), size: group.members.length, ready: ready(group) }) });
    clients.forEach((client) => send(client, events.at(-1)));
  };
  const send = (client, { id, event, data }) => client.write((id ? 'id: ' + id + '\n' : '') + 'event: ' + event + '\ndata: ' + data + '\n\n');
  [[0, 31, 'joined'], [0, 30, 'joined'], [3, 88, 'left'], [3, 88, 'joined'], [6, 12, 'left'], [1, 4, 'joined'], [1, 9, 'left']]
    .forEach(([g, i, what], n) => tell(what, started - 400_000 + n * 55_000, groups[g], '10.' + g + '.0.' + i,
      what === 'left' ? 'expired' : undefined));

  function json(response, status, body) {
    response.writeHead(status, { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(JSON.stringify(body));
  }
  const problem = (response, status, detail) => json(response, status, { type: 'about:blank', title: detail, status, detail });

  function explain(address) {
    return {
      address,
      groups: groups.flatMap((group) => group.members.filter((member) => member.address === address)
        .map((member) => ({ group: group.id, ready: ready(group), member: true, ...fields(member, Date.now()) }))),
      rejections: wrong ? rejections.filter((each) => each.sender === address || each.address === address) : [],
    };
  }

  function members(response, group, query) {
    if (!group) {
      return problem(response, 404, 'group is not configured');
    }
    if (!ready(group)) {
      return problem(response, 503, 'group ' + group.id + ' may not know all of its members yet: readiness_delay');
    }
    const limit = Number(query.get('limit') ?? 1000);
    const from = group.members.findIndex((member) => member.address === query.get('after')) + 1;
    const shown = group.members.slice(from, from + limit);
    const more = from + limit < group.members.length;
    return json(response, 200, { ...head(group), members: shown.map((member) => fields(member, Date.now())),
      ...(more ? { next: shown.at(-1).address } : {}) });
  }

  function follow(response, query) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    send(response, { event: 'hello', data: JSON.stringify({ start: 'demo', version: '1.0.0' }) });
    events.slice(-Number(query.get('last') ?? 0)).forEach((event) => send(response, event));
    clients.add(response);
    response.on('close', () => clients.delete(response));
  }

  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const id = /^\/v1\/groups\/(\d+)$/.exec(pathname)?.[1];
    const address = /^\/v1\/addresses\/(.+)$/.exec(pathname)?.[1];
    if (pathname === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end(page());
    } else if (pathname === '/v1/groups' && old && searchParams.size > 0) {
      problem(response, 400, 'there is no parameter \'history\'');
    } else if (pathname === '/v1/groups') {
      const history = searchParams.get('history') === 'true';
      json(response, 200, { groups: groups.map((group) => ({ ...head(group),
        ...(history ? { history: { interval_seconds: 30, sizes: group.sizes } } : {}) })) });
    } else if (id) {
      members(response, groups.find((group) => group.id === id), searchParams);
    } else if (pathname === '/v1/outputs') {
      json(response, 200, { outputs: outputs() });
    } else if (pathname === '/v1/config') {
      json(response, 200, config());
    } else if (pathname === '/v1/rejections' && !old) {
      json(response, 200, { rejected: wrong ? { signature: 214, stale: 96 } : {}, others: 0, rejections: wrong ? rejections : [] });
    } else if (address && !old) {
      json(response, 200, explain(decodeURIComponent(address)));
    } else if (pathname === '/v1/events' && !old) {
      follow(response, searchParams);
    } else {
      problem(response, 404, 'there is nothing at this path; /v1/openapi says what there is');
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const server = await demo(process.argv[3] ?? 'well', Number(process.argv[2] ?? 0));
  console.log('http://127.0.0.1:' + server.address().port + '/');
}
