// Asking the listener.

const TOKEN = 'rgap-token';
const ANSWER_MILLIS = 10_000;
/** The stream has a comment every 15 s. */
const SILENCE_MILLIS = 40_000;

/** What the listener says instead of an answer. */
class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

function headers(more = {}) {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { ...more, Authorization: 'Bearer ' + token } : more;
}

async function refusal(response) {
  let detail = 'status ' + response.status;
  try {
    detail = (await response.json()).detail ?? detail;
  } catch {
    // It is no problem of the listener's own: a proxy's page, perhaps.
  }
  return new Refused(response.status, detail);
}

/** What is answered at a path; fails with Refused, or another error when there is no answer. */
async function ask(path) {
  const response = await fetch(path, { headers: headers(), cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MILLIS) });
  if (!response.ok) {
    throw await refusal(response);
  }
  learnClock(response.headers.get('Date'));
  return response.json();
}

/** Calls opened(), then take(event) with each event of the stream until that ends. */
async function readEvents(path, lastId, opened, take) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MILLIS);
  const more = { Accept: 'text/event-stream' };
  if (lastId) {
    more['Last-Event-ID'] = lastId;
  }
  try {
    const response = await fetch(path, { headers: headers(more), cache: 'no-store', signal: silence.signal });
    if (!response.ok) {
      throw await refusal(response);
    }
    opened();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = eventParser(take);
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MILLIS);
      parse(part.value);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Takes pieces of a stream and gives the events in it: {id, kind, data}. */
function eventParser(take) {
  let rest = '';
  let event = { id: '', kind: 'message', data: '' };
  return (piece) => {
    const lines = (rest + piece).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (line === '') {
        if (event.data !== '') {
          take(event);
        }
        event = { id: '', kind: 'message', data: '' };
      } else if (name === 'data') {
        event.data += value;
      } else if (name === 'event') {
        event.kind = value;
      } else if (name === 'id') {
        event.id = value;
      }
    }
  };
}
