(function () {
'use strict';
const root = document.documentElement;
root.classList.add('js');

/* The colours chosen are kept for the next page, where the browser allows it. */
const themes = document.querySelectorAll('input[name="theme"]');
try {
	const kept = document.getElementById('theme-' + localStorage.getItem('tlrun-theme'));
	if (kept) kept.checked = true;
} catch (e) { /* no storage: nothing is kept */ }
themes.forEach(function (t) {
	t.addEventListener('change', function () {
		try { localStorage.setItem('tlrun-theme', t.id.slice(6)); } catch (e) { /* as above */ }
	});
});

/* Tables: a head is a button, a click sorts by its column, another one turns the order round. */
function value(row, column) {
	const cell = row.cells[column];
	if (cell.dataset.v === undefined) return cell.textContent;
	return cell.dataset.v === '' ? NaN : Number(cell.dataset.v);
}
function compare(a, b) {
	if (typeof a === 'string' || typeof b === 'string')
		return String(a).localeCompare(String(b), undefined, { numeric: true });
	if (Number.isNaN(a) || Number.isNaN(b)) return 0;
	return a - b;
}
function missing(v) { return typeof v === 'number' ? Number.isNaN(v) : v === ''; }
function sort(table, head, column) {
	const down = head.getAttribute('aria-sort') === 'ascending' ||
		(!head.hasAttribute('aria-sort') && head.classList.contains('n'));
	const again = head.getAttribute('aria-sort') === 'descending';
	const sign = down && !again ? -1 : 1;
	const rows = Array.from(table.tBodies[0].rows).map(function (row) {
		return { row: row, v: value(row, column) };
	});
	rows.sort(function (a, b) {
		if (missing(a.v) || missing(b.v)) return missing(a.v) - missing(b.v);
		return sign * compare(a.v, b.v);
	});
	rows.forEach(function (r) { table.tBodies[0].appendChild(r.row); });
	table.querySelectorAll('thead th').forEach(function (h) { h.removeAttribute('aria-sort'); });
	head.setAttribute('aria-sort', sign < 0 ? 'descending' : 'ascending');
}
document.querySelectorAll('table.sort').forEach(function (table) {
	Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
		const button = document.createElement('button');
		button.type = 'button';
		button.textContent = head.textContent;
		button.title = 'Sort by this column';
		head.textContent = '';
		head.appendChild(button);
		button.addEventListener('click', function () { sort(table, head, column); });
	});
});

/* Curves: pointer and arrow keys show the values of one epoch. */
function follow(figure, svg) {
	const left = Number(svg.dataset.left), width = Number(svg.dataset.width);
	const from = Number(svg.dataset.from), to = Number(svg.dataset.to);
	const cross = svg.querySelector('.cross');
	const lines = Array.from(svg.querySelectorAll('g[data-y]')).map(function (g) {
		return { g: g, name: g.dataset.name, y: g.dataset.y.split(' ') };
	});
	const last = Math.max.apply(null, lines.map(function (l) { return l.y.length; }).concat(1));
	const tip = document.createElement('div');
	let epoch = 0;
	tip.className = 'tip';
	tip.hidden = true;
	tip.setAttribute('role', 'status');
	figure.appendChild(tip);
	svg.querySelectorAll('.dot title').forEach(function (t) { t.remove(); });
	function hide() {
		tip.hidden = true;
		cross.setAttribute('visibility', 'hidden');
	}
	function entry(line) {
		const row = document.createElement('div'), key = document.createElement('span');
		const name = document.createElement('span'), number = document.createElement('b');
		key.className = 'key ' + line.g.getAttribute('class').replace(/\bs\d+\b/, '');
		name.textContent = line.name;
		number.textContent = line.y[epoch - 1] + svg.dataset.unit;
		row.append(key, name, number);
		return row;
	}
	function show(e) {
		epoch = Math.min(last, Math.max(1, e));
		const x = left + width * (epoch - from) / (to - from);
		const shown = lines.filter(function (l) {
			return (l.y[epoch - 1] || '-') !== '-' && getComputedStyle(l.g).display !== 'none';
		});
		const head = document.createElement('div');
		head.textContent = 'epoch ' + epoch;
		tip.replaceChildren(head);
		shown.forEach(function (l) { tip.appendChild(entry(l)); });
		cross.setAttribute('transform', 'translate(' + x.toFixed(1) + ' 0)');
		cross.setAttribute('visibility', 'visible');
		tip.hidden = false;
		const box = svg.getBoundingClientRect(), around = figure.getBoundingClientRect();
		const at = box.left - around.left + x * box.width / svg.viewBox.baseVal.width;
		const room = around.width - tip.offsetWidth - 8;
		tip.style.left = Math.max(8, at > around.width / 2 ? at - tip.offsetWidth - 12 :
			Math.min(room, at + 12)) + 'px';
		tip.style.top = box.top - around.top + 24 + 'px';
	}
	svg.addEventListener('pointermove', function (e) {
		const box = svg.getBoundingClientRect();
		const x = (e.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
		if (x < left - 6 || x > left + width + 6) hide();
		else show(Math.round(from + (x - left) / width * (to - from)));
	});
	svg.addEventListener('pointerleave', hide);
	svg.tabIndex = 0;
	svg.addEventListener('blur', hide);
	svg.addEventListener('keydown', function (e) {
		const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: 10, PageUp: -10 }[e.key];
		if (e.key === 'Escape') return hide();
		if (e.key === 'Home') show(1);
		else if (e.key === 'End') show(last);
		else if (step) show(epoch + step);
		else return;
		e.preventDefault();
	});
}
document.querySelectorAll('figure svg[data-left]').forEach(function (svg) {
	follow(svg.closest('figure'), svg);
});

addEventListener('beforeprint', function () {
	document.querySelectorAll('details').forEach(function (d) { d.open = true; });
});
}());
