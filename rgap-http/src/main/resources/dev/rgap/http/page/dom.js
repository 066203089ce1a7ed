// Elements, texts and times. Data only ever becomes text: nothing here reads markup.

const byId = (id) => document.getElementById(id);

/** An element; children that are texts become texts, null is left out. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Sets a text where it is another one, so that nothing is read out twice. */
function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function link(href, text) {
  return el('a', { href }, text);
}

const groupLink = (id) => link('#/groups/' + encodeURIComponent(id), id);
const addressLink = (address) => link('#/addresses/' + encodeURIComponent(address), address);

const WHOLE = new Intl.NumberFormat('en');
const count = (number) => WHOLE.format(number);

function plural(number, one, many = one + 's') {
  return count(number) + ' ' + (number === 1 ? one : many);
}

/** Some of many: "a, b, c and 4 more". */
function few(texts, most = 3) {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? shown + ' and ' + count(texts.length - most) + ' more' : shown;
}

/** Seconds of a duration such as 1h30m, 15s or 300ms; NaN if it is none. */
function parseDuration(text) {
  const units = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, 'µs': 1e-6, ns: 1e-9 };
  let seconds = 0;
  let rest = text ?? '';
  if (rest === '') {
    return NaN;
  }
  while (rest !== '') {
    const part = /^([0-9.]+)(ms|us|µs|ns|h|m|s)/.exec(rest);
    if (!part) {
      return NaN;
    }
    seconds += Number(part[1]) * units[part[2]];
    rest = rest.slice(part[0].length);
  }
  return seconds;
}

function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) {
    return whole + ' s';
  }
  if (whole < 7200) {
    return Math.floor(whole / 60) + ' min';
  }
  return whole < 172800 ? Math.floor(whole / 3600) + ' h' : Math.floor(whole / 86400) + ' days';
}

/** How far the listener's clock is ahead of this one, in milliseconds. */
let clockOffset = 0;

function learnClock(dateHeader) {
  const sent = Date.parse(dateHeader ?? '');
  if (!Number.isNaN(sent)) {
    const offset = sent + 500 - Date.now(); // it has whole seconds
    clockOffset = Math.abs(offset) < 2000 ? 0 : offset;
  }
}

const secondsSince = (time) => (Date.now() + clockOffset - Date.parse(time)) / 1000;
const ago = (time) => duration(secondsSince(time)) + ' ago';

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** The time of day, with the day if it is another one than today. */
function clock(time) {
  const date = new Date(time);
  const today = DAY.format(new Date()) === DAY.format(date);
  return (today ? '' : DAY.format(date) + ' ') + CLOCK.format(date);
}

function timeElement(time, text = clock(time)) {
  return el('time', { datetime: time, title: time }, text);
}

/** A small plot of sizes, oldest first; its scale begins at 0. */
function plot(sizes, label, large = false) {
  const svg = (tag, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  };
  const top = Math.max(1, ...sizes);
  const step = 120 / Math.max(1, sizes.length - 1);
  const values = sizes.length === 1 ? [sizes[0], sizes[0]] : sizes;
  const points = values.map((size, i) => (i * step).toFixed(1) + ',' + (22 - (20 * size) / top).toFixed(1)).join(' ');
  const drawn = svg('svg', {
    class: large ? 'plot large' : 'plot', viewBox: '0 0 120 24', preserveAspectRatio: 'none', role: 'img',
    'aria-label': label,
  });
  drawn.append(svg('polygon', { points: '0,23 ' + points + ' 120,23' }), svg('polyline', { points }));
  return drawn;
}

const MARKS = { good: '✓', warn: '!', bad: '✗', unknown: '?' };

/** A sign besides a colour; the text beside it says the same. */
function mark(level) {
  return el('span', { class: 'mark ' + level, 'aria-hidden': 'true' }, MARKS[level]);
}
