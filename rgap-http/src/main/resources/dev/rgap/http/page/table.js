// Tables that are brought up to date, cell by cell: what has the focus or is being read stays.

/**
 * A table of items.
 *
 * Each column has a label and text(item), which also tells when the cell is another one; cell(td, item) may draw it. A
 * column that says nothing in any row is hidden: older listeners know less.
 */
class Table {
  /** kind 'brief': rows are few lines on a narrow screen. */
  constructor(label, columns, keyOf, kind = '') {
    this.columns = columns;
    this.keyOf = keyOf;
    this.rows = new Map();
    this.body = el('tbody', { role: 'rowgroup' });
    this.heads = columns.map((column) =>
      el('th', { scope: 'col', role: 'columnheader', class: column.kind ?? '' }, column.label));
    // The roles stay when a narrow screen's style makes blocks of rows and cells.
    this.element = el('table', { role: 'table', 'aria-label': label, class: kind },
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...this.heads)), this.body);
  }

  show(items) {
    const focused = document.activeElement;
    const spoken = this.columns.map(() => false);
    const kept = new Set();
    let place = this.body.firstElementChild;
    for (const item of items) {
      const key = this.keyOf(item);
      const row = this.rows.get(key) ?? this.make(key);
      kept.add(key);
      this.fill(row, item, spoken);
      if (row.element === place) {
        place = place.nextElementSibling;
      } else {
        this.body.insertBefore(row.element, place);
      }
    }
    for (const [key, row] of this.rows) {
      if (!kept.has(key)) {
        row.element.remove();
        this.rows.delete(key);
      }
    }
    this.hideSilent(spoken);
    if (focused !== document.activeElement && focused?.isConnected) {
      focused.focus(); // its row was moved
    }
  }

  make(key) {
    const cells = this.columns.map((column) =>
      el('td', { role: 'cell', class: column.kind ?? '', 'data-label': column.label }));
    const row = { element: el('tr', { role: 'row' }, ...cells), cells, texts: [] };
    this.rows.set(key, row);
    return row;
  }

  fill(row, item, spoken) {
    this.columns.forEach((column, i) => {
      const text = String(column.text(item) ?? '');
      spoken[i] ||= text !== '';
      if (row.texts[i] !== text) {
        row.texts[i] = text;
        if (column.cell && text !== '') {
          column.cell(row.cells[i], item, text);
        } else {
          row.cells[i].textContent = text;
        }
      }
    });
  }

  hideSilent(spoken) {
    this.columns.forEach((column, i) => {
      const hidden = Boolean(column.optional) && !spoken[i];
      if (this.heads[i].hidden !== hidden) {
        this.heads[i].hidden = hidden;
      }
      for (const row of this.rows.values()) {
        row.cells[i].hidden = hidden;
      }
    });
  }
}

/** Puts an element into a cell in place of what is there. */
const put = (make) => (cell, item, text) => cell.replaceChildren(make(item, text));
