/*
 * Put at the end of a copy of a page whose policy lets it run: uses the page as a reader would and
 * writes a line for each claim into an element of its own, or to the page around it.
 */
(function () {
'use strict';
const mark = 'page' + ': ', lines = [];	/* this text itself has no such line */
function check(name, holds, seen) {
	lines.push(mark + (holds ? 'ok ' : 'FAILED ') + name + (holds ? '' : ': ' + seen));
}
function column(table, i) {
	return Array.from(table.tBodies[0].rows).map(function (r) {
		const c = r.cells[i];
		return c.dataset.v === undefined ? c.textContent : Number(c.dataset.v);
	});
}
function sorted(list, sign) {
	return list.every(function (v, i) { return !i || (list[i - 1] <= v ? 1 : -1) === sign || list[i - 1] === v; });
}

function tables() {
	const table = document.querySelector('table.sort');
	const heads = Array.from(table.tHead.rows[0].cells);
	const i = heads.findIndex(function (h) { return h.textContent.includes('accuracy'); });
	const button = heads[i].querySelector('button');
	const rows = table.tBodies[0].rows.length;
	check('several rows', rows > 1, rows);
	button.focus();
	check('a head takes the focus', document.activeElement === button, document.activeElement);
	button.click();
	check('numbers sort downwards first', sorted(column(table, i), -1), column(table, i));
	check('aria-sort descending', heads[i].getAttribute('aria-sort') === 'descending', '');
	button.click();
	check('and upwards next', sorted(column(table, i), 1), column(table, i));
	check('aria-sort ascending', heads[i].getAttribute('aria-sort') === 'ascending', '');
	heads[0].querySelector('button').click();
	check('one column is marked', table.querySelectorAll('[aria-sort]').length === 1, '');
	check('no row is lost', table.tBodies[0].rows.length === rows, table.tBodies[0].rows.length);
	check('captions', Array.from(document.querySelectorAll('table')).every(function (t) {
		return t.caption && t.caption.textContent; }), '');
}

function curves() {
	const box = document.querySelector('figure .legend input.t0');
	const figure = box.closest('figure'), svg = figure.querySelector('svg');
	const line = svg.querySelector('.s0'), tip = figure.querySelector('.tip');
	check('a curve is shown', getComputedStyle(line).display !== 'none', '');
	const area = svg.getBoundingClientRect();
	svg.dispatchEvent(new PointerEvent('pointermove', { clientX: area.left + area.width / 2,
		clientY: area.top + area.height / 2, bubbles: true }));
	check('the pointer shows values', !tip.hidden && /epoch \d/.test(tip.textContent), tip.textContent);
	const both = tip.querySelectorAll('b').length;
	box.click();
	check('a switch hides its curve', getComputedStyle(line).display === 'none', '');
	svg.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
	check('keys show values', tip.textContent.includes('epoch 1'), tip.textContent);
	check('of the curves shown', tip.querySelectorAll('b').length === both - 1, tip.textContent);
	svg.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
	check('and hide them', tip.hidden, '');
	box.click();
	check('a switch shows it again', getComputedStyle(line).display !== 'none', '');
}

/* Of a sweep: each chart has its points inside, each map its cells, the whole is told by titles. */
function sweep() {
	const rows = document.querySelector('#trials table').tBodies[0].rows.length;
	const charts = document.querySelectorAll('#keys svg');
	check('a chart a key', charts.length === 2, charts.length);
	for (const svg of charts) {
		check('a point a trial', svg.querySelectorAll('.trial').length === rows, rows);
		check('the best is told apart', svg.querySelectorAll('.trial.c1').length === 1, '');
	}
	check('a map', document.querySelectorAll('#pairs .cell').length === rows, rows);
	for (const svg of document.querySelectorAll('main svg')) {
		const area = svg.getBoundingClientRect();
		for (const e of svg.querySelectorAll('text, circle, rect')) {
			const r = e.getBoundingClientRect();
			check('inside its chart: ' + e.textContent, r.left >= area.left - 1 && r.right <= area.right + 1 &&
				r.top >= area.top - 1 && r.bottom <= area.bottom + 1, [r.left, r.right, area.left, area.right]);
		}
	}
}

function colours() {
	const before = getComputedStyle(document.body).backgroundColor;
	document.getElementById('theme-dark').click();
	const dark = getComputedStyle(document.body).backgroundColor;
	document.getElementById('theme-light').click();
	const light = getComputedStyle(document.body).backgroundColor;
	check('dark and light differ', dark !== light && [dark, light].includes(before), dark + light);
}

function page() {
	const wide = document.documentElement.scrollWidth;
	check('nothing sticks out', wide <= innerWidth, wide + ' in ' + innerWidth);
	check('nothing was loaded', performance.getEntriesByType('resource').length === 0, '');
	check('one main heading', document.querySelectorAll('h1').length === 1, '');
	const target = document.querySelector('.skip').getAttribute('href').slice(1);
	check('the skip link leads there', document.getElementById(target) !== null, target);
	const ids = Array.from(document.querySelectorAll('[id]')).map(function (e) { return e.id; });
	check('ids are unique', new Set(ids).size === ids.length, ids.join(' '));
}

/* Wide enough, every column of a table is seen without scrolling. */
function widths() {
	if (innerWidth < 1200) return;
	for (const box of document.querySelectorAll('.box'))
		check('a table fits: ' + box.querySelector('caption').textContent.slice(0, 40),
			box.scrollWidth <= box.clientWidth + 1, box.scrollWidth + ' in ' + box.clientWidth);
	for (const cell of document.querySelectorAll('.verdict')) {
		const right = cell.getBoundingClientRect().right;
		check('a verdict is seen', right <= innerWidth && right > 0, right);
	}
}

/* Names that begin alike are told apart where they are cut. */
function names() {
	const seen = Array.from(document.querySelectorAll('.bar .name')).map(function (t) { return t.textContent; });
	check('bars have different names', new Set(seen).size === seen.length, seen.join(' '));
}

let refused = 0;
addEventListener('securitypolicyviolation', function () { refused++; });
try {
	page();
	widths();
	names();
	tables();
	if (document.getElementById('trials')) sweep();
	else curves();
	colours();
} catch (e) {
	lines.push(mark + 'FAILED ' + e.stack);
}
const picture = document.createElement('img');
picture.src = 'https://elsewhere.invalid/x.png';
document.body.appendChild(picture);
setTimeout(function () {
	check('the policy refuses a picture from elsewhere', refused === 1, refused);
	const verdict = document.createElement('pre');
	verdict.textContent = '\n' + lines.join('\n') + '\n' + mark + 'end ' + innerWidth + '\n';
	if (parent !== window) parent.postMessage(verdict.textContent, '*');
	else document.body.appendChild(verdict);
}, 200);
}());
