// Who has come and gone, and who was turned away.

const EVENTS_SHOWN = 60;
/** How often events are read out at most. */
const READ_OUT_MILLIS = 10_000;

function eventText(event) {
  const group = event.group === undefined ? '' : ' group ' + event.group;
  const cause = event.cause ? ' (' + event.cause + ')' : '';
  switch (event.kind) {
    case 'joined':
      return [addressLink(event.address), ' joined', group, cause];
    case 'draining':
      return [addressLink(event.address), ' drains', group];
    case 'undrained':
      return [addressLink(event.address), ' drains no more', group];
    case 'left':
      return [addressLink(event.address), ' left', group, cause];
    case 'ready':
      return ['Group ' + event.group + (event.ready === false ? ' is no longer ready' : ' is ready'), cause];
    case 'reset':
      return ['Some events were missed: ' + (event.reason ?? '')];
    default:
      return ['Group ' + event.group + ': ' + event.kind, cause];
  }
}

const EVENT_SIGNS = { joined: ['+', 'good'], left: ['−', 'warn'], reset: ['!', 'warn'] };

function eventItem(event) {
  const [sign, level] = EVENT_SIGNS[event.kind] ?? ['·', 'quiet'];
  return el('li', {}, event.time ? timeElement(event.time) : el('span'),
    el('span', { class: 'mark ' + level, 'aria-hidden': 'true' }, sign), el('span', {}, ...eventText(event)));
}

/** The events of all groups, or of one. */
class EventsPart {
  constructor(group) {
    this.group = group;
    this.note = el('p', { class: 'quiet' });
    this.list = el('ul', { class: 'events', tabindex: '0', 'aria-labelledby': 'events-title' });
    this.element = section('events', 'Just now', this.note, this.list);
  }

  show() {
    this.element.hidden = state.eventsMissing;
    const events = state.events.filter((each) => this.group === undefined || each.group === this.group || !each.group)
      .slice(0, EVENTS_SHOWN);
    this.list.hidden = events.length === 0;
    setText(this.note, events.length > 0 ? '' : state.following ? 'Nobody has joined or left since this page looks.'
      : 'Not read yet.');
    this.note.hidden = events.length > 0;
    if (events[0] === this.newest && events.length === this.shown) {
      return;
    }
    this.newest = events[0];
    this.shown = events.length;
    this.list.replaceChildren(...events.map(eventItem));
  }
}

const unread = { joined: 0, left: 0, since: 0 };

/** Has what was seen since the last time read out, in a sentence. */
function readOut() {
  if (unread.joined + unread.left === 0 || Date.now() - unread.since < READ_OUT_MILLIS) {
    return;
  }
  const parts = [];
  if (unread.joined > 0) {
    parts.push(count(unread.joined) + ' joined');
  }
  if (unread.left > 0) {
    parts.push(count(unread.left) + ' left');
  }
  byId('announced').textContent = parts.join(', ');
  Object.assign(unread, { joined: 0, left: 0, since: Date.now() });
}

function noteEvent(event) {
  const recent = !event.time || secondsSince(event.time) < 30;
  if (recent && (event.kind === 'joined' || event.kind === 'left')) {
    unread[event.kind]++;
  }
}

const REJECTION_COLUMNS = [
  { label: 'Sender', kind: 'tight', text: (each) => each.sender, cell: put((each) => addressLink(each.sender)) },
  { label: 'Reason', kind: 'tight', text: (each) => each.reason },
  { label: 'Group', kind: 'tight', optional: true, text: (each) => each.group,
    cell: put((each) => (state.groups.has(each.group) ? groupLink(each.group) : el('span', {}, each.group))) },
  { label: 'Announces', kind: 'tight', optional: true, text: (each) => each.address, cell: put((each) => addressLink(each.address)) },
  { label: 'Count', kind: 'number', text: (each) => count(each.count) },
  { label: 'Last', text: (each) => clock(each.last) + ', ' + ago(each.last) },
  { label: 'Clock', kind: 'tight', optional: true, text: (each) => skewText(each.skew_seconds) },
  { label: 'What to do', kind: 'wide', optional: true, text: (each) => each.detail },
];

function skewText(seconds) {
  if (seconds === undefined) {
    return '';
  }
  const size = Math.abs(seconds);
  const text = size < 10 ? size.toFixed(2) + ' s' : duration(size);
  return size < 0.005 ? 'right' : text + (seconds > 0 ? ' ahead' : ' behind');
}

const rejectionKey = (each) => [each.reason, each.sender, each.source, each.group, each.address].join(' ');

/** With the listener's totals only where all senders are shown. */
function rejectionsPart(withTotals = false) {
  const part = new TablePart('rejections', 'Rejected senders', REJECTION_COLUMNS, rejectionKey, 'Nobody was rejected since the listener\'s start.');
  const totals = el('p', { class: 'quiet' });
  part.element.append(totals);
  const show = part.show;
  part.show = (resource, items) => {
    show.call(part, resource, items);
    setText(totals, withTotals ? totalsText(resource.data) : '');
  };
  return part;
}

function totalsText(data) {
  const counts = Object.entries(data?.rejected ?? {}).filter(([, number]) => number > 0)
    .map(([reason, number]) => reason + ' ' + count(number));
  const others = data?.others > 0 ? ' ' + count(data.others) + ' are not kept one by one.' : '';
  return counts.length > 0 ? 'Announcements rejected since the start: ' + counts.join(', ') + '.' + others : '';
}
