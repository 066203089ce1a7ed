// One group and its members.

const MEMBERS_ON_A_PAGE = 100;

/** The life that a member has left now, as far as is known. */
function lifeLeft(member, readAt) {
  return Math.max(0, member.remaining_seconds - (Date.now() - readAt) / 1000);
}

function lifeText(member, readAt) {
  if (isStale()) {
    return 'unknown';
  }
  return lifeLeft(member, readAt).toFixed(0) + ' s';
}

/** A bar that is as long as the share of the life that is left, drawn into a cell or element. */
function drawLife(cell, member, readAt, whole) {
  if (!cell.querySelector('.rest')) {
    cell.replaceChildren(el('span', { class: 'life' },
      el('span', { class: 'track', 'aria-hidden': 'true' }, el('div', { class: 'rest' })), el('span', { class: 'seconds' })));
  }
  const rest = cell.querySelector('.rest');
  const share = isStale() ? 0 : Math.min(1, lifeLeft(member, readAt) / whole);
  rest.style.transform = 'scaleX(' + share.toFixed(3) + ')';
  rest.classList.toggle('low', share < 0.25);
  setText(cell.querySelector('.seconds'), lifeText(member, readAt));
}

/** The time after which a silent member of a group leaves, as it is configured or seems to be. */
function wholeLife(id, members) {
  const configured = parseDuration(settingsOf(id)?.expire);
  return configured > 0 ? configured : Math.max(1, ...members.map((member) => member.remaining_seconds));
}

/** What more is known of a member than its address, as columns and as facts. */
const MEMBER_FACTS = [
  { label: 'Held', optional: true, text: (member) => (member.held ? 'by the guard' : ''),
    cell: put((member, text) => el('span', { class: 'warn' }, text)) },
  { label: 'Draining', optional: true, text: (member) => (member.draining ? 'asks for nothing new' : '') },
  { label: 'Since', kind: 'tight', optional: true, text: (member) => (member.since ? clock(member.since) : '') },
  { label: 'Sender', optional: true, text: (member) => member.sender },
  { label: 'Clock', kind: 'tight', optional: true, text: (member) => skewText(member.skew_seconds) },
  { label: 'Key', optional: true, text: (member) => member.key, cell: put((member, text) => el('code', {}, text)) },
];

class GroupView {
  constructor(id) {
    this.id = id;
    this.pages = [undefined]; // the address behind which each page begins; the last is shown
    this.resource = new Resource(4_000);
    const columns = [
      { label: 'Address', text: (member) => member.address, cell: put((member) => addressLink(member.address)) },
      { label: 'Life left', text: (member) => lifeText(member, this.resource.at) + ' ' + this.whole,
        cell: (cell, member) => drawLife(cell, member, this.resource.at, this.whole) },
      ...MEMBER_FACTS,
    ];
    this.table = new Table('Members of group ' + id, columns, (member) => member.address, 'brief');
    this.summary = el('p');
    this.plot = el('div');
    this.note = el('p', { class: 'quiet' });
    this.first = this.button('First page', () => [undefined]);
    this.previous = this.button('Previous', () => this.pages.slice(0, -1));
    this.next = this.button('Next', () => [...this.pages, this.resource.data.next]);
    this.events = new EventsPart(id);
    this.rejections = rejectionsPart();
    this.elements = [
      el('p', { class: 'back' }, link('#/', '← All groups')),
      el('div', { class: 'columns' },
        section('group', 'Group ' + id, this.summary, this.plot, this.note, this.table.element,
          el('div', { class: 'more' }, this.first, this.previous, this.next)),
        this.events.element),
      this.rejections.element,
    ];
  }

  button(label, pagesThen) {
    const made = el('button', { type: 'button' }, label);
    made.addEventListener('click', () => {
      this.pages = pagesThen();
      this.resource.asked = 0;
      wake();
    });
    return made;
  }

  path() {
    const after = this.pages.at(-1);
    return 'v1/groups/' + encodeURIComponent(this.id) + '?limit=' + MEMBERS_ON_A_PAGE
      + (after === undefined ? '' : '&after=' + encodeURIComponent(after));
  }

  async read(now) {
    const known = state.groups.get(this.id);
    if (known?.ready && this.resource.isDue(now)) {
      const path = this.path();
      await this.resource.read(path);
      if (path !== this.path()) {
        this.resource.asked = 0; // somebody has turned the page meanwhile
      }
    }
  }

  show() {
    const known = state.groups.get(this.id);
    const members = known?.ready ? this.resource.data?.members ?? [] : [];
    this.whole = wholeLife(this.id, members);
    this.table.show(members);
    this.table.element.hidden = members.length === 0;
    setText(this.summary, this.summaryText(known, members));
    setText(this.note, this.noteText(known, members));
    this.note.hidden = this.note.textContent === '';
    this.first.parentElement.hidden = this.pages.length === 1 && !this.resource.data?.next;
    this.first.disabled = this.previous.disabled = this.pages.length === 1;
    this.next.disabled = !this.resource.data?.next;
    this.showPlot(known);
    this.events.show();
    const rejected = rejections(this.id);
    this.rejections.show(state.rejections, rejected);
    this.rejections.element.hidden = rejected.length === 0;
  }

  summaryText(known, members) {
    if (!known) {
      return state.groupsAt > 0 ? 'Group ' + this.id + ' is not configured here.' : '';
    }
    const from = (this.pages.length - 1) * MEMBERS_ON_A_PAGE;
    const page = known.size > members.length && members.length > 0
      ? '; ' + count(from + 1) + ' to ' + count(from + members.length) + ' are shown' : '';
    const settings = settingsOf(this.id);
    return stateOf(known) + ': ' + plural(known.size, 'member') + page
      + (settings ? '; who is silent for ' + settings.expire + ' leaves' : '')
      + (known.pending > 0 ? '; ' + count(known.pending) + ' wait for damping' : '');
  }

  noteText(known, members) {
    if (known && !known.ready) {
      return 'It may not know all of its members yet, and its outputs keep what they have. It is ready when its '
        + 'readiness_delay' + (settingsOf(this.id) ? ' of ' + settingsOf(this.id).readiness_delay : '') + ' is over.';
    }
    if (this.resource.problem !== '') {
      return 'The members could not be read: ' + this.resource.problem;
    }
    return known && this.resource.at > 0 && members.length === 0
      ? (known.size > 0 ? 'Nobody is on this page any more.' : 'Nobody is in it.') : '';
  }

  showPlot(known) {
    const history = state.history.get(this.id);
    const sign = history && known ? state.historyAt + ' ' + known.size : '';
    if (sign === this.plotted) {
      return;
    }
    this.plotted = sign;
    if (sign === '') {
      this.plot.replaceChildren();
      return;
    }
    const sizes = [...history.sizes, known.size];
    this.plot.replaceChildren(plot(sizes, plotLabel(history, known.size), true), el('p', { class: 'scale' },
      el('span', {}, duration(history.interval_seconds * (sizes.length - 1)) + ' ago'),
      el('span', {}, count(Math.min(...sizes)) + ' to ' + count(Math.max(...sizes)) + ' members'), el('span', {}, 'now')));
  }
}
