// Sorts a table by the column whose head is pressed, the other way round when it is pressed again.
document.querySelectorAll('table.sortable').forEach(function (table) {
  var body = table.tBodies[0];
  Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
    var button = document.createElement('button');
    button.textContent = head.textContent;
    head.replaceChildren(button);
    var direction = -1;
    button.addEventListener('click', function () {
      direction = -direction;
      Array.from(table.tHead.rows[0].cells).forEach(function (other) { other.removeAttribute('aria-sort'); });
      head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      Array.from(body.rows).sort(function (a, b) {
        return direction * compare(a.cells[column], b.cells[column]);
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
  function compare(a, b) {
    if (a.dataset.key === undefined) {
      return a.textContent.localeCompare(b.textContent);
    }
    var x = Number(a.dataset.key), y = Number(b.dataset.key);
    return Number.isNaN(x) || Number.isNaN(y) ? Number.isNaN(x) - Number.isNaN(y) : x - y;
  }
});
