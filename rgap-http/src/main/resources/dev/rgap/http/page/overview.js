// All groups, and what concerns the whole listener.

const GROUPS_AT_A_TIME = 100;

function stateOf(group) {
  if (!group.ready) {
    return 'not ready';
  }
  return 'ready' + (group.held > 0 ? ', ' + count(group.held) + ' held' : '')
    + (group.draining > 0 ? ', ' + count(group.draining) + ' draining' : '');
}

const levelOf = (group) => (!group.ready ? 'bad' : group.held > 0 ? 'warn' : 'good');

/** What the plot says to those who don't see it. */
function plotLabel(history, size) {
  const sizes = [...history.sizes, size];
  return 'Members in the last ' + duration(history.interval_seconds * (sizes.length - 1)) + ': '
    + count(Math.min(...sizes)) + ' to ' + count(Math.max(...sizes)) + ', now ' + count(size);
}

const GROUP_COLUMNS = [
  { label: 'Group', kind: 'tight', text: (group) => group.group, cell: put((group) => groupLink(group.group)) },
  { label: 'State', text: stateOf, cell: put((group, text) => {
    const shown = el('span', { class: levelOf(group) }, text);
    return el('span', {}, mark(levelOf(group)), ' ', shown);
  }) },
  { label: 'Members', kind: 'number', text: (group) => count(group.size) },
  { label: 'Waiting', kind: 'number', optional: true, text: (group) => (group.pending > 0 ? count(group.pending) : '') },
  { label: 'Last hour', kind: 'wide', optional: true,
    text: (group) => (state.history.has(group.group) ? state.historyAt + ' ' + group.size : ''),
    cell: put((group) => {
      const history = state.history.get(group.group);
      return plot([...history.sizes, group.size], plotLabel(history, group.size));
    }) },
];

function section(id, title, ...content) {
  return el('section', { id, 'aria-labelledby': id + '-title' },
    el('div', { class: 'head' }, el('h2', { id: id + '-title', tabindex: '-1' }, title)), ...content);
}

class GroupsPart {
  constructor() {
    this.most = GROUPS_AT_A_TIME;
    this.table = new Table('Groups', GROUP_COLUMNS, (group) => group.group, 'brief');
    this.filter = el('input', { type: 'search', id: 'filter', autocomplete: 'off' });
    this.filter.addEventListener('input', () => {
      this.most = GROUPS_AT_A_TIME;
      this.show();
    });
    this.shown = el('span', { role: 'status' });
    this.button = el('button', { type: 'button' }, 'Show 100 more');
    this.button.addEventListener('click', () => {
      this.most += GROUPS_AT_A_TIME;
      this.show();
    });
    this.element = section('groups', 'Groups', this.table.element, el('div', { class: 'more' }, this.shown, this.button));
    this.element.firstElementChild.append(
      el('div', { class: 'filter' }, el('label', { for: 'filter' }, 'Filter by id'), this.filter));
  }

  /** Those that need a look come first. */
  wanted() {
    const text = this.filter.value.trim();
    const groups = [...state.groups.values()].filter((group) => group.group.includes(text));
    const rank = { bad: 0, warn: 1, good: 2 };
    return groups.sort((a, b) => rank[levelOf(a)] - rank[levelOf(b)]);
  }

  show() {
    const wanted = this.wanted();
    const shown = wanted.slice(0, this.most);
    this.table.show(shown);
    this.button.hidden = shown.length === wanted.length;
    this.element.querySelector('table').hidden = wanted.length === 0;
    const filtered = this.filter.value.trim() !== '';
    let said = '';
    if (state.groups.size === 0) {
      said = state.groupsAt > 0 ? 'No groups are configured.' : 'Nothing was read yet.';
    } else if (wanted.length === 0) {
      said = 'No group has this in its id.';
    } else if (filtered || shown.length < wanted.length) {
      said = count(shown.length) + ' of ' + plural(wanted.length, 'group') + ' shown' + (filtered ? ', of '
        + count(state.groups.size) : '');
    }
    setText(this.shown, said);
  }
}

const OUTPUT_COLUMNS = [
  { label: 'Output', text: (output) => output.output },
  { label: 'State', kind: 'tight', text: (output) => (output.failing === undefined ? 'no record' : output.failing ? 'fails' : 'well'),
    cell: put((output, text) => (output.failing === undefined ? el('span', { class: 'quiet' }, text)
      : el('span', { class: output.failing ? 'bad' : 'good' }, mark(output.failing ? 'bad' : 'good'), ' ', text))) },
  { label: 'Last run', optional: true, text: (output) => (output.last_run ? clock(output.last_run) + ', ' + ago(output.last_run) : '') },
  { label: 'Last success', optional: true,
    text: (output) => (output.last_success ? clock(output.last_success) + ', ' + ago(output.last_success)
      : output.failing === undefined ? '' : 'none yet') },
  { label: 'Took', kind: 'number', optional: true,
    text: (output) => (output.last_duration_seconds === undefined ? '' : output.last_duration_seconds.toFixed(3) + ' s') },
  { label: 'Error', kind: 'wide', optional: true, text: (output) => output.error, cell: put((output, text) => el('span', { class: 'bad' }, text)) },
  { label: 'Groups', text: (output) => few(output.groups ?? [], 5) || 'all' },
];

/** A part with a table that a resource fills, or says why not. */
class TablePart {
  constructor(id, title, columns, keyOf, empty) {
    this.empty = empty;
    this.table = new Table(title, columns, keyOf);
    this.note = el('p', { class: 'quiet' });
    this.element = section(id, title, this.note, this.table.element);
  }

  show(resource, items) {
    this.element.hidden = resource.missing;
    this.table.element.hidden = items.length === 0;
    this.table.show(items);
    setText(this.note, this.noteOn(resource, items));
    this.note.hidden = this.note.textContent === '';
  }

  noteOn(resource, items) {
    if (resource.problem !== '') {
      return 'Could not be read: ' + resource.problem
        + (resource.at > 0 ? '. What is shown is of ' + clock(resource.at) + '.' : '');
    }
    if (resource.at === 0) {
      return 'Not read yet.';
    }
    return items.length === 0 ? this.empty : '';
  }
}

class ConfigPart {
  constructor() {
    this.said = el('p');
    this.list = el('ul', { class: 'plain' });
    this.element = section('config', 'Configuration', this.said, this.list);
  }

  show() {
    const last = state.config.data?.last_reload;
    this.element.hidden = !last;
    if (!last) {
      return;
    }
    const lines = [...(last.failed ?? []), ...(last.problems ?? [])];
    const partly = (last.failed ?? []).length > 0;
    const text = !last.successful ? 'refused; the one before stays in use. Mend the file, then: rgap reload'
      : partly ? 'in use but for what could not be had, which is tried again' : 'in use';
    setText(this.said, 'Read at ' + clock(last.time) + ', ' + ago(last.time) + ': ' + text);
    this.said.className = last.successful && !partly ? '' : 'bad';
    if (this.lines !== lines.join('\n')) {
      this.lines = lines.join('\n');
      this.list.replaceChildren(...lines.map((line) => el('li', {}, el('code', {}, line))));
    }
  }
}

class Overview {
  constructor() {
    this.groups = new GroupsPart();
    this.events = new EventsPart();
    this.rejections = rejectionsPart(true);
    this.outputs = new TablePart('outputs', 'Outputs', OUTPUT_COLUMNS, (output) => output.output, 'No outputs are configured.');
    this.config = new ConfigPart();
    this.elements = [
      el('div', { class: 'columns' }, this.groups.element, this.events.element),
      this.outputs.element, this.rejections.element, this.config.element,
    ];
  }

  async read() {}

  show() {
    this.groups.show();
    this.events.show();
    this.rejections.show(state.rejections, rejections());
    this.outputs.show(state.outputs, state.outputs.data?.outputs ?? []);
    this.config.show();
  }
}
