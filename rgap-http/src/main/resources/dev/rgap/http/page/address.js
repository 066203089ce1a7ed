// Why an address is a member, or is not.

class AddressView {
  constructor(address) {
    this.address = address;
    this.resource = new Resource(4_000);
    this.body = el('div');
    this.rejections = rejectionsPart();
    this.elements = [
      el('p', { class: 'back' }, link('#/', '← All groups')),
      section('why', address, this.body),
      this.rejections.element,
    ];
  }

  async read(now) {
    if (this.resource.isDue(now)) {
      await this.resource.read('v1/addresses/' + encodeURIComponent(this.address));
    }
  }

  show() {
    const data = this.resource.data;
    const rejected = data?.rejections ?? [];
    this.rejections.show(this.resource, rejected);
    this.rejections.element.hidden = rejected.length === 0;
    const sign = [this.resource.at, this.resource.problem, isStale(), [...state.groups.values()].filter((g) => g.ready).length].join(' ');
    if (sign !== this.sign) {
      this.sign = sign;
      const focused = this.body.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
      this.body.replaceChildren(...this.findings(data, rejected));
      [...this.body.querySelectorAll('a')].find((each) => each.getAttribute('href') === focused)?.focus();
    }
    for (const { cell, member, whole } of this.lives ?? []) {
      drawLife(cell, member, this.resource.at, whole);
    }
  }

  findings(data, rejected) {
    this.lives = [];
    const said = (text) => [el('p', {}, text)];
    if (this.resource.missing) {
      return said('This listener is too old to explain an address. Its groups show who is a member.');
    }
    if (this.resource.problem !== '') {
      return said('No answer for this address: ' + this.resource.problem);
    }
    if (!data) {
      return said('Asking the listener…');
    }
    if (data.groups.length === 0) {
      return said(rejected.length > 0
        ? 'It is a member of no group: what it sent, or what was sent for it, was rejected. See below what to do.'
        : 'It is a member of no group, and nothing that announces it has arrived since the listener\'s start, as far as that '
          + 'is remembered. Does its agent run? Is its destination this listener? Does a firewall between them drop UDP?');
    }
    return data.groups.map((found) => this.finding(found));
  }

  finding(found) {
    const level = found.member ? (found.held ? 'warn' : 'good') : 'bad';
    const title = el('h3', {}, mark(level), ' ', found.member ? 'Member of group ' : 'Not a member of group ',
      groupLink(found.group));
    const facts = el('dl', { class: 'facts' });
    const fact = (label, value) => facts.append(el('dt', {}, label), el('dd', {}, value));
    if (found.ready === false) {
      fact('Group', 'not ready: it may not know all of its members yet');
    }
    if (found.member && found.remaining_seconds !== undefined) {
      const cell = el('span');
      this.lives.push({ cell, member: found, whole: wholeLife(found.group, [found]) });
      fact('Life left', cell);
    }
    for (const each of found.member ? MEMBER_FACTS : []) {
      const text = each.text(found);
      if (text) {
        fact(each.label, text);
      }
    }
    if (found.announced) {
      fact('Announced', clock(found.announced) + ', ' + ago(found.announced));
    }
    if (found.left) {
      fact('Left', clock(found.left.time) + ', ' + ago(found.left.time) + (found.left.cause ? ': ' + found.left.cause : ''));
    }
    return el('div', { class: 'finding' }, title, facts);
  }
}
