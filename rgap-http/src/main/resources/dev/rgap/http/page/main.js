// The page's life: asks, follows events, shows, and tries again.

const PAUSES_SECONDS = [1, 2, 4, 8, 15, 30];
const SHOW_MILLIS = 250;

let view = new Overview();
let failures = 0;
let lastEventId = '';

let endPause = () => {};
let woken = false;

/** Has the next round begin now, or right after the present one. */
function wake() {
  woken = true;
  endPause();
}

async function pause(millis) {
  if (!woken) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  woken = false;
}

/** Looks now whether the listener is there. */
function lookNow() {
  state.groupsDue = 0;
  wake();
}

// -- Showing

let showing = false;

/** Shows what is known, soon, and not more often than somebody can read. */
function showSoon() {
  if (!showing) {
    showing = true;
    setTimeout(() => {
      showing = false;
      show();
    }, SHOW_MILLIS);
  }
}

function show() {
  showConnection();
  showVerdict();
  view.show();
  readOut();
  byId('give-token').hidden = !state.wantsToken || byId('token-dialog').open;
  byId('forget').hidden = sessionStorage.getItem(TOKEN) === null;
  setText(byId('version'), state.version ? 'rgap ' + state.version : '');
}

function showConnection() {
  const stale = isStale();
  document.body.classList.toggle('stale', stale);
  byId('lost').hidden = state.lost === '' && !stale;
  if (state.lost !== '' || stale) {
    setText(byId('lost-text'), state.wantsToken ? 'The listener does not take the token any more'
      : 'The listener does not answer' + (state.lost ? ': ' + state.lost : ''));
    const wait = Math.max(0, Math.ceil((state.retryAt - Date.now()) / 1000));
    setText(byId('lost-age'), (state.groupsAt > 0 ? 'What is below is of ' + clock(state.groupsAt) + ', '
      + duration((Date.now() - state.groupsAt) / 1000) + ' old, and may be wrong by now. ' : '')
      + (state.wantsToken ? '' : wait > 0 ? 'Next attempt in ' + wait + ' s.' : 'Trying again…'));
  }
  const how = state.following ? 'Live' : 'Asked every few seconds';
  setText(byId('connection'), state.wantsToken ? 'Waiting for a token' : state.lost !== '' || stale ? 'Not connected'
    : state.groupsAt > 0 ? how + ', ' + clock(state.groupsAt) : '');
}

// -- Where the page is

function viewOf(hash) {
  const [, kind, id] = /^#\/(groups|addresses)\/(.+)$/.exec(hash) ?? [];
  if (kind === undefined) {
    return new Overview();
  }
  const name = safelyDecoded(id);
  return kind === 'groups' ? new GroupView(name) : new AddressView(name);
}

function safelyDecoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function go(first = false) {
  const next = viewOf(location.hash);
  if (first || !(next instanceof Overview && view instanceof Overview)) {
    view = next;
    byId('view').replaceChildren(...view.elements);
  }
  byId('address').value = view instanceof AddressView ? view.address : '';
  show();
  if (!first) {
    focusOn(location.hash);
  }
  wake();
}

/** The part that a link names, or the first of the page that it leads to. */
function focusOn(hash) {
  const part = /^#\/(outputs|rejections|config)$/.exec(hash);
  const heading = part ? byId(part[1] + '-title') : byId('view').querySelector('h2');
  heading?.focus({ preventScroll: !part });
  if (part) {
    heading?.scrollIntoView({ block: 'start' });
  } else {
    scrollTo(0, 0);
  }
}

// -- Asking

async function round() {
  if (state.lost !== '' || state.wantsToken || Date.now() >= state.groupsDue) {
    await readGroups();
    heard();
  }
  const now = Date.now();
  const due = [['outputs', state.outputs], ['rejections', state.rejections], ['config', state.config]]
    .filter(([, resource]) => resource.isDue(now));
  await Promise.all([view.read(now), ...due.map(([path, resource]) => resource.read('v1/' + path))]);
}

function heard() {
  state.asked = true;
  state.lost = '';
  state.wantsToken = false;
  failures = 0;
  showSoon();
}

function reasonOf(error) {
  if (error instanceof Refused) {
    return error.message;
  }
  return error.name === 'TimeoutError' ? 'no answer within 10 s' : 'no connection to ' + location.host;
}

function fail(error) {
  state.asked = true;
  if (error instanceof Refused && error.status === 401) {
    askForToken();
    return;
  }
  state.wantsToken = false;
  state.lost = reasonOf(error);
  state.retryAt = Date.now() + 1000 * PAUSES_SECONDS[Math.min(failures, PAUSES_SECONDS.length - 1)];
  failures++;
  forgetDetails();
}

/** How long to wait for the next round. */
function nextPause() {
  if (state.wantsToken) {
    return 3_600_000;
  }
  if (state.lost !== '') {
    return Math.max(0, state.retryAt - Date.now());
  }
  return Math.max(200, state.groupsDue - Date.now());
}

async function keepAsking() {
  for (;;) {
    try {
      await round();
    } catch (error) {
      fail(error);
    }
    show();
    await pause(nextPause());
  }
}

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

let dirty = false;

/** Has the members that are shown read again, at most once a second. */
function readMembersSoon() {
  if (!dirty) {
    dirty = true;
    setTimeout(() => {
      dirty = false;
      if (view.resource) {
        view.resource.asked = 0;
        wake();
      }
    }, 1000);
  }
}

function onEvent(event) {
  lastEventId = event.id || lastEventId;
  if (takeEvent(event)) {
    noteEvent(state.events[0]);
    if (view.id === undefined || view.id === state.events[0].group) {
      readMembersSoon();
    }
  }
  if (event.kind === 'reset') {
    forgetDetails();
  }
  if (event.kind === 'reset' || event.kind === 'state') {
    lookNow();
  }
  showSoon();
}

/** Follows the events for as long as the listener answers. */
async function keepFollowing() {
  let pauseMillis = 1_000;
  for (;;) {
    if (state.lost === '' && !state.wantsToken && state.groupsAt > 0) {
      const begun = Date.now();
      await followOnce();
      pauseMillis = Date.now() - begun > 10_000 ? 1_000 : Math.min(2 * pauseMillis, 30_000);
    }
    await sleep(state.eventsMissing ? 60_000 : pauseMillis);
  }
}

async function followOnce() {
  try {
    await readEvents(lastEventId ? 'v1/events' : 'v1/events?last=100', lastEventId, onFollowing, onEvent);
  } catch (error) {
    state.eventsMissing = error instanceof Refused && error.status === 404;
  }
  if (state.following) {
    state.following = false;
    lookNow(); // it may have gone: that is to be seen at once
  }
}

function onFollowing() {
  state.following = true;
  state.eventsMissing = false;
  showSoon();
}

// -- The token

function askForToken() {
  const dialog = byId('token-dialog');
  setText(byId('token-problem'), sessionStorage.getItem(TOKEN) === null ? '' : 'The listener did not take this token.');
  sessionStorage.removeItem(TOKEN);
  state.wantsToken = true;
  state.lost = '';
  if (!dialog.open) {
    dialog.showModal();
  }
  byId('token').select();
}

function takeToken(submitted) {
  submitted.preventDefault();
  const token = byId('token').value.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    setText(byId('token-problem'), 'A token has letters, digits and signs only.');
    return;
  }
  sessionStorage.setItem(TOKEN, token);
  byId('token').value = '';
  byId('token-dialog').close();
  lookNow();
}

function forgetToken() {
  sessionStorage.removeItem(TOKEN);
  location.reload(); // with all that was shown
}

// -- The user

function onKey(pressed) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(pressed.target.tagName);
  if (pressed.key === '/' && !typing && !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey
    && !byId('token-dialog').open) {
    pressed.preventDefault();
    byId('address').focus();
    byId('address').select();
  } else if (pressed.key === 'Escape' && pressed.target.id === 'address') {
    pressed.target.blur();
  }
}

function onSearch(submitted) {
  submitted.preventDefault();
  const address = byId('address').value.trim();
  location.hash = address === '' ? '#/' : '#/addresses/' + encodeURIComponent(address);
}

function listen() {
  addEventListener('hashchange', () => {
    if (location.hash === '' || location.hash.startsWith('#/')) {
      go();
    }
  });
  addEventListener('online', lookNow);
  document.addEventListener('visibilitychange', () => {
    show();
    lookNow();
  });
  document.addEventListener('keydown', onKey);
  byId('search').addEventListener('submit', onSearch);
  byId('token-form').addEventListener('submit', takeToken);
  byId('give-token').addEventListener('click', lookNow);
  byId('forget').addEventListener('click', forgetToken);
  byId('skip').addEventListener('click', (clicked) => {
    clicked.preventDefault();
    byId('main').focus();
  });
}

setText(byId('host'), location.host);
listen();
go(true);
setInterval(show, 1000);
void keepAsking();
void keepFollowing();
