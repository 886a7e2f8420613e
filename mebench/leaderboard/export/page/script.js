"use strict";
(function () {
  const details = JSON.parse(document.getElementById("details").textContent);

  let opened = 0;

  // Everything that comes from a submission is set as text, never as markup.
  function element(name, text, properties) {
    const made = document.createElement(name);
    if (text !== null && text !== undefined) made.textContent = text;
    for (const key in properties || {}) made.setAttribute(key, properties[key]);
    return made;
  }

  function valueOf(row, column) {
    if (column === "method") return row.dataset.method.toLowerCase();
    const text = column === "year" ? row.dataset.year : row.children[3 + Number(column)].dataset.value;
    return text === undefined ? null : Number(text);
  }

  function rowsOf(body) {
    return Array.from(body.querySelectorAll(":scope > tr.row"));
  }

  // Long groups show only their first rows, with a button to show all.
  const LIMIT = 50;

  function limit(body) {
    const rows = rowsOf(body), fits = (row) => row.dataset.fits !== "no";
    const fitting = rows.filter(fits).length;
    const maximum = body.dataset.all === "yes" ? fitting : LIMIT;
    let seen = 0;
    rows.forEach((row) => {
      row.hidden = !fits(row) || seen >= maximum;
      seen += fits(row);
      if (row.hidden) close(row);
    });
    const old = body.querySelector(":scope > tr.rest");
    if (old) old.remove();
    body.hidden = fitting === 0;
    if (fitting > maximum) {
      const line = element("tr", null, { class: "rest" });
      const cell = element("td", null, { colspan: body.rows[0].cells[0].colSpan });
      cell.appendChild(element("button", "Show all " + fitting + " rows", { type: "button", class: "all" }));
      line.appendChild(cell);
      body.appendChild(line);
    }
    return fitting;
  }

  function showAll(button) {
    const body = button.closest("tbody");
    const next = rowsOf(body).filter((row) => row.dataset.fits !== "no")[LIMIT];
    body.dataset.all = "yes";
    limit(body);
    next.querySelector("button").focus();
  }

  function close(row) {
    const next = row.nextElementSibling;
    if (next && next.classList.contains("open")) next.remove();
    const button = row.querySelector(".more");
    if (!button) return;
    button.setAttribute("aria-expanded", "false");
    button.removeAttribute("aria-controls");
  }

  function sort(button) {
    const table = button.closest("table"), head = button.closest("th");
    const column = button.dataset.column;
    const before = head.getAttribute("aria-sort");
    const first = column === "method" || button.dataset.better === "lower" ? "ascending" : "descending";
    const direction = before === "none" ? first : before === "ascending" ? "descending" : "ascending";
    for (const other of table.querySelectorAll("thead th[aria-sort]")) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    for (const body of table.tBodies) {
      const rows = rowsOf(body);
      rows.forEach(close);
      // Missing values come last in both directions.
      const keyed = rows.map((row, index) => ({ row, index, value: valueOf(row, column) }));
      keyed.sort((a, b) => {
        if (a.value === null || b.value === null)
          return (a.value === null) - (b.value === null) || a.index - b.index;
        if (a.value === b.value) return a.index - b.index;
        return a.value < b.value ? -sign : sign;
      });
      keyed.forEach((item) => body.appendChild(item.row));
      limit(body);
    }
  }

  function filter() {
    const text = document.getElementById("text").value.trim().toLowerCase();
    const labels = new Set(Array.from(document.querySelectorAll("input[name=label]:checked"), (box) => box.value));
    const chosen = document.getElementById("chosen").checked;
    let shown = 0, all = 0;
    for (const board of document.querySelectorAll(".board")) {
      let rowsShown = 0, rowsOfBoard = 0;
      for (const body of board.querySelectorAll("tbody[data-label]")) {
        const selected = labels.has(body.dataset.label) && (chosen || body.dataset.chosen === "no");
        const rows = rowsOf(body);
        rows.forEach((row) => {
          row.dataset.fits = selected && row.dataset.text.toLowerCase().includes(text) ? "yes" : "no";
        });
        rowsOfBoard += rows.length;
        rowsShown += limit(body);
      }
      // A board without any row is hidden only by a search.
      board.hidden = rowsShown === 0 && (rowsOfBoard > 0 || text !== "");
      document.querySelector('nav a[href="#' + board.id + '"]').parentElement.hidden = board.hidden;
      shown += rowsShown;
      all += rowsOfBoard;
    }
    for (const task of document.querySelectorAll("nav dl > div"))
      task.hidden = !task.querySelector("li:not([hidden])");
    document.getElementById("count").textContent = shown + " of " + all + " rows";
  }

  // A name from a file may contain right-to-left text: isolate it from the text around it.
  function isolated(name, text, properties) {
    const made = element(name, null, properties);
    made.appendChild(element("bdi", String(text)));
    return made;
  }

  function table(head, rows, caption) {
    const made = element("table");
    made.appendChild(element("caption", caption));
    const top = made.createTHead().insertRow();
    head.forEach((name) => top.appendChild(element("th", name, { scope: "col" })));
    const body = made.createTBody();
    rows.forEach((cells) => {
      const line = body.insertRow();
      cells.forEach((cell, index) =>
        line.appendChild(index === 0 ? isolated("th", cell, { scope: "row" }) : element("td", cell)));
    });
    return made;
  }

  // Allow line breaks between the parts of a signature.
  function breakable(made) {
    const parts = made.textContent.split("|");
    made.textContent = "";
    parts.forEach((part, index) => {
      if (index) made.append("|", element("wbr"));
      made.append(part);
    });
  }

  function facts(pairs) {
    const list = element("dl");
    for (const [name, value] of pairs) {
      if (value === null || value === undefined || value === "") continue;
      list.appendChild(element("dt", name));
      const definition = element("dd"), text = element("bdi", value);
      if (name === "signature") breakable(text);
      definition.appendChild(text);
      list.appendChild(definition);
    }
    return list;
  }

  // Large tables scroll, also with the keyboard.
  function scrolling(made) {
    const name = made.caption.textContent;
    const box = element("div", null, { class: "parts", tabindex: "0", role: "region", "aria-label": name });
    box.appendChild(made);
    return box;
  }

  function confusion(report) {
    const { classes, matrix } = report.confusion;
    const missing = matrix.length && matrix[0].length > classes.length;
    const head = ["true class"].concat(classes, missing ? ["no prediction"] : []);
    return table(head, matrix.map((row, index) => [classes[index]].concat(row)),
      "Confusion matrix: rows are true classes, columns are predicted classes");
  }

  function byClass(report) {
    const { classes, matrix } = report.confusion;
    const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
    const share = (part, total) => (total ? (part / total).toFixed(4) : "–");
    const rows = classes.map((name, index) => {
      const correct = matrix[index][index];
      const truths = sum(matrix[index]);
      const predicted = sum(matrix.map((row) => row[index]));
      return [name, truths, predicted, correct, share(correct, predicted), share(correct, truths),
        share(2 * correct, predicted + truths)];
    });
    return table(["class", "truths", "predicted", "correct", "precision", "recall", "F1"], rows,
      report.spotting ? "Per class, over the spotted expressions" : "Per class");
  }

  function bySubject(report) {
    // Each subject is [data set, subject, TP, FP, FN, correct, analyzed].
    const columns = [2, 3, 4, 5, 6].filter((column) => report.subjects.some((subject) => subject[column] !== null));
    const head = ["subject"].concat(columns.map((column) => ["TP", "FP", "FN", "correct", "analyzed"][column - 2]));
    const rows = report.subjects.map((subject) =>
      [(subject[0] ? subject[0] + "/" : "") + subject[1]]
        .concat(columns.map((column) => subject[column] === null ? "–" : subject[column])));
    return scrolling(table(head, rows, "Per subject"));
  }

  function inside(row) {
    const made = element("div", null, { class: "inside" });
    const report = row.report, system = report ? report.system || {} : {};
    made.appendChild(facts([
      ["method", row.method], ["numbers", row.label], ["videos", row.scope],
      ["model selection", row.selection], ["source", row.source],
      ["authors", (system.authors || []).join(", ")], ["paper", system.paper === row.source ? null : system.paper], ["code", system.code],
      ["website", system.url], ["hardware", system.hardware], ["folds", report ? report.folds : null],
      ["isolation of folds", system.isolation],
      ["subjects", report ? String(report.units.subjects) : null],
      ["predictions", report ? String(report.units.predictions) : null],
      ["without predictions", report && report.silent ? String(report.silent) : null],
      ["signature", row.signature],
    ]));
    const remarks = row.caveats.concat(report ? report.findings : []);
    if (remarks.length) {
      made.appendChild(element("h3", "Remarks"));
      const list = element("ul");
      remarks.forEach((remark) => list.appendChild(isolated("li", remark)));
      made.appendChild(list);
    }
    if (report) {
      const tables = element("div", null, { class: "tables" });
      if (report.confusion) {
        tables.appendChild(scrolling(byClass(report)));
        tables.appendChild(scrolling(confusion(report)));
      }
      if (report.subjects.length) tables.appendChild(bySubject(report));
      made.appendChild(tables);
    }
    return made;
  }

  function toggle(button) {
    const row = button.closest("tr");
    if (button.getAttribute("aria-expanded") === "true") return close(row);
    const line = element("tr", null, { class: "open" });
    const cell = element("td", null, { colspan: row.children.length });
    cell.appendChild(inside(details[row.dataset.key]));
    line.appendChild(cell);
    line.id = "more-" + (opened += 1);
    button.setAttribute("aria-controls", line.id);
    row.after(line);
    button.setAttribute("aria-expanded", "true");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.column !== undefined) sort(button);
    else if (button.classList.contains("more")) toggle(button);
    else if (button.classList.contains("all")) showAll(button);
  });
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").addEventListener("input", filter);
  filter();
})();
