// What is wrong, worst first, in a line.

/** Senders that were rejected longer ago are history. */
const RECENT_SECONDS = 300;
const ORDER = { unknown: 0, bad: 1, warn: 2 };

/** more: what is too long for the line on top. */
const finding = (level, text, href, more = '') => ({ level, text, href, more });

function findGroups() {
  const found = [];
  const groups = [...state.groups.values()];
  const waiting = groups.filter((group) => !group.ready);
  if (waiting.length > 0) {
    const ids = waiting.map((group) => group.group);
    found.push(finding('bad',
      (ids.length === 1 ? 'Group ' + ids[0] + ' is' : plural(ids.length, 'group') + ' are') + ' not ready'
        + (ids.length === 1 ? '' : ': ' + few(ids)),
      ids.length === 1 ? '#/groups/' + ids[0] : '#/'));
  }
  for (const group of groups.filter((each) => each.held > 0).slice(0, 5)) {
    found.push(finding('warn', plural(group.held, 'silent member') + ' of group ' + group.group
      + ' stay, held by the guard', '#/groups/' + group.group));
  }
  const emptied = groups.filter((group) => group.ready && group.size === 0
    && Math.max(0, ...(state.history.get(group.group)?.sizes ?? [])) > 0).map((group) => group.group);
  if (emptied.length > 0) {
    found.push(finding('warn', (emptied.length === 1 ? 'Group ' + emptied[0] + ' has' : 'Groups ' + few(emptied) + ' have')
      + ' lost all members within the last hour', emptied.length === 1 ? '#/groups/' + emptied[0] : '#/'));
  }
  return found;
}

function findOutputs() {
  return (state.outputs.data?.outputs ?? []).filter((output) => output.failing).map((output) =>
    finding('bad', 'Output ' + output.output + ' fails', '#/outputs', output.error ? ': ' + output.error : ''));
}

function findConfig() {
  const last = state.config.data?.last_reload;
  if (!last || (last.successful && (last.failed ?? []).length === 0)) {
    return [];
  }
  return [finding('bad', last.successful ? 'Not all of the configuration read at ' + clock(last.time) + ' is in use'
    : 'The configuration read at ' + clock(last.time) + ' has errors; the one before is in use', '#/config')];
}

function findRejections() {
  const recent = rejections().filter((each) => secondsSince(each.last) < RECENT_SECONDS);
  const senders = new Set(recent.map((each) => each.sender));
  const reasons = new Set(recent.map((each) => each.reason));
  return senders.size === 0 ? [] : [finding('warn', plural(senders.size, 'sender') + ' rejected in the last 5 minutes: '
    + few([...reasons]), '#/rejections')];
}

function findUnread() {
  const parts = [['outputs', state.outputs], ['rejected senders', state.rejections], ['configuration', state.config]];
  return parts.filter(([, resource]) => resource.problem !== '' && !resource.missing).map(([name, resource]) =>
    finding('warn', 'The ' + name + ' could not be read', '#/', ': ' + resource.problem));
}

/** {level, text, items}: the worst level, a line that says all is well or what is worst, and what else there is. */
function verdict() {
  if (!state.asked) {
    return { level: 'unknown', text: 'Asking the listener…', items: [] };
  }
  if (state.wantsToken) {
    return { level: 'unknown', text: 'The listener wants a token', items: [] };
  }
  if (state.lost !== '' || isStale() || state.groupsAt === 0) {
    return { level: 'unknown', text: 'Unknown: the listener does not answer', items: [] };
  }
  const items = [...findGroups(), ...findOutputs(), ...findConfig(), ...findRejections(), ...findUnread()]
    .sort((a, b) => ORDER[a.level] - ORDER[b.level]);
  if (items.length === 0) {
    return { level: 'good', text: allWell(), items };
  }
  const others = items.length > 1 ? ', and ' + count(items.length - 1) + ' more to look at' : '';
  return { level: items[0].level, text: items[0].text + others, items };
}

function allWell() {
  const groups = [...state.groups.values()];
  const members = plural(groups.reduce((sum, group) => sum + group.size, 0), 'member');
  const outputs = state.outputs.data?.outputs ?? [];
  const ready = groups.length === 1 ? 'Group ' + groups[0].group + ' ready'
    : 'All ' + plural(groups.length, 'group') + ' ready';
  return ready + ', ' + members + (outputs.length > 0 ? '; outputs well' : '');
}

/** In the tab: the sign first, as little of the rest may be seen. */
function titleOf(found) {
  return MARKS[found.level] + ' ' + found.text + ' – rgap ' + location.host;
}

const ICON_COLOURS = { good: '#17693c', warn: '#b87a00', bad: '#c0271e', unknown: '#6b7280' };

function iconOf(level) {
  return 'data:image/svg+xml,' + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    + '<circle cx="8" cy="8" r="7" fill="' + ICON_COLOURS[level] + '"/></svg>');
}

let shownVerdict = '';

function showVerdict() {
  const found = verdict();
  const text = JSON.stringify(found);
  if (text === shownVerdict) {
    return;
  }
  shownVerdict = text;
  byId('verdict').dataset.level = found.level;
  const heading = byId('verdict-text');
  if (heading.dataset.text !== found.text) {
    heading.dataset.text = found.text;
    heading.replaceChildren(mark(found.level), ' ', found.text);
  }
  byId('verdict-items').replaceChildren(...found.items.slice(0, 12).map((item) =>
    el('li', {}, mark(item.level), link(item.href, item.text + item.more))));
  document.title = titleOf(found);
  byId('icon').href = iconOf(found.level);
}
