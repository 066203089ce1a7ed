// What is known of the listener, and how fresh that is.

/** What older than this many milliseconds is shown as old. */
const FRESH_MILLIS = 15_000;
const EVENTS_KEPT = 200;

/** What was read last at one path. */
class Resource {
  constructor(millis) {
    this.millis = millis; // how often it is read
    this.reset();
  }

  reset() {
    this.data = null;
    this.at = 0; // when it was read
    this.asked = 0;
    this.problem = ''; // why it could not be read since
    this.status = 0; // with which it was refused
    this.missing = false; // an older listener does not have it
  }

  isDue(now) {
    return now - this.asked >= (this.missing ? 60_000 : this.millis);
  }

  /** Reads it; only fails if the listener does not answer at all, or wants a token. */
  async read(path) {
    this.asked = Date.now();
    try {
      this.data = await ask(path);
      this.at = Date.now();
      this.problem = '';
      this.status = 0;
      this.missing = false;
    } catch (e) {
      if (!(e instanceof Refused) || e.status === 401) {
        throw e;
      }
      this.problem = e.message;
      this.status = e.status;
      this.missing = e.status === 404 && this.data === null;
    }
  }
}

const state = {
  /** By id, in the listener's order: {group, ready, size, held?, pending?}. */
  groups: new Map(),
  /** By id: {interval_seconds, sizes}; empty if the listener has none. */
  history: new Map(),
  historyAt: 0,
  historyMissing: false,
  groupsAt: 0, // when the groups were read
  groupsDue: 0, // when they are to be read again
  asked: false, // whether an answer or a failure has come at all
  lost: '', // why there is no answer, or empty
  retryAt: 0,
  wantsToken: false,
  outputs: new Resource(10_000),
  rejections: new Resource(10_000),
  config: new Resource(30_000),
  events: [], // newest first
  eventsMissing: false,
  following: false, // whether events come at once
  version: '',
};

/** Whether what is shown may be another by now. */
function isStale() {
  return state.groupsAt > 0 && (state.lost !== '' || Date.now() - state.groupsAt > FRESH_MILLIS);
}

/** Forgets what only one process of the listener knows. */
function forgetDetails() {
  for (const resource of [state.outputs, state.rejections, state.config]) {
    resource.asked = 0;
    resource.missing = false;
  }
  state.historyAt = 0;
  state.historyMissing = false;
}

async function readGroups() {
  const wantsHistory = !state.historyMissing && Date.now() - state.historyAt > 60_000;
  const query = wantsHistory ? 'history=true' : '';
  let found;
  try {
    found = await readAllGroups(query);
  } catch (e) {
    if (!wantsHistory || !(e instanceof Refused) || e.status !== 400) {
      throw e;
    }
    state.historyMissing = true;
    state.history.clear();
    found = await readAllGroups('');
  }
  if (wantsHistory && !state.historyMissing) {
    state.history = new Map(found.filter((group) => group.history).map((group) => [group.group, group.history]));
    state.historyAt = Date.now();
  }
  state.groups = new Map(found.map((group) => [group.group, group]));
  state.groupsAt = Date.now();
  state.groupsDue = state.groupsAt + (state.following ? 5_000 : 3_000);
}

async function readAllGroups(query) {
  let page = await ask('v1/groups' + (query && '?' + query));
  const all = page.groups;
  while (page.next) {
    page = await ask('v1/groups?' + (query && query + '&') + 'after=' + encodeURIComponent(page.next));
    all.push(...page.groups);
  }
  return all;
}

/** Takes in an event of the stream; true if people are to be told. */
function takeEvent({ kind, data }) {
  const event = JSON.parse(data);
  if (kind === 'hello') {
    state.version = event.version ?? '';
    return false;
  }
  const group = state.groups.get(event.group);
  if (group) {
    group.size = event.size ?? group.size;
    group.ready = event.ready ?? group.ready;
  }
  if (kind === 'state') {
    return false; // a group has come or gone, or stands as before
  }
  event.kind = kind;
  state.events.unshift(event);
  state.events.length = Math.min(state.events.length, EVENTS_KEPT);
  return true;
}

const settingsOf = (id) => state.config.data?.groups?.find((group) => group.group === id);

/** Rejected senders; those of a group only if one is given. */
function rejections(id) {
  const all = state.rejections.data?.rejections ?? [];
  return id === undefined ? all : all.filter((each) => each.group === id);
}
