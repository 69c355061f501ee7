'use strict';
// The page is whole without this. It hides what is not asked for, and keeps what was asked for in the address, so that it can be passed on.
document.documentElement.classList.add('js');
document.addEventListener('DOMContentLoaded', () => {
	const all = (selector, within = document) => [...within.querySelectorAll(selector)];
	const form = document.getElementById('filters');
	const left = document.getElementById('left');
	const openAll = document.getElementById('all');

	// Rows: what each fits, and a button that opens it.
	const rows = all('tr.row').map((tr) => {
		const heading = tr.querySelector('[data-opens]');
		const more = document.getElementById(heading.dataset.opens);
		const button = document.createElement('button');
		button.type = 'button';
		button.className = 'opens';
		button.append(...heading.childNodes);
		heading.append(button);
		button.setAttribute('aria-controls', more.id);
		const fits = new Map();
		for (const part of tr.dataset.fits.split(';')) {
			const [name, answers] = part.split('=');
			if (answers !== undefined) fits.set(name, answers.split(','));
		}
		const row = { tr, more, button, fits, id: tr.id, number: tr.id.replace('row-', ''), open: false };
		button.addEventListener('click', () => { row.open = !row.open; show(); keep(); });
		return row;
	});

	const radios = form ? all('input[type=radio]', form) : [];
	const chosen = () => new Map(radios.filter((r) => r.checked && r.value).map((r) => [r.name, r.value]));
	const fit = (row, wishes) => [...wishes].every(([name, answer]) => !row.fits.has(name) || row.fits.get(name).includes(answer));

	function show() {
		const wishes = chosen();
		let n = 0;
		for (const row of rows) {
			const fits = fit(row, wishes);
			if (fits) n++;
			row.tr.hidden = !fits;
			row.more.hidden = !fits || !row.open;
			row.button.setAttribute('aria-expanded', String(row.open));
		}
		for (const radio of radios) {
			const count = radio.parentElement.querySelector('.n');
			if (!count) continue;
			const would = new Map(wishes).set(radio.name, radio.value);
			const many = rows.filter((row) => fit(row, would)).length;
			count.textContent = String(many);
			count.title = many + (many === 1 ? ' situation' : ' situations');
			radio.parentElement.classList.toggle('none', many === 0);
		}
		const said = wishes.size === 0 ? `All ${rows.length} situations` : `${n} of ${rows.length} situations fit`;
		if (left.textContent !== said) left.textContent = said;
		document.getElementById('nothing').hidden = n > 0;
		const every = rows.every((row) => row.open);
		openAll.textContent = every ? 'Close all' : 'Open all';
		openAll.setAttribute('aria-expanded', String(every));
	}

	// The address: #errors=all&at-limit=drop&open=7. An address that names a row opens it.
	function keep() {
		const words = new URLSearchParams([...chosen()]);
		const open = rows.filter((row) => row.open).map((row) => row.number);
		if (open.length) words.set('open', open.length === rows.length ? 'all' : open.join(','));
		const hash = words.toString().replaceAll('%2C', ',');
		history.replaceState(null, '', hash ? '#' + hash : location.pathname + location.search);
	}
	function clear() {
		for (const radio of radios) radio.checked = radio.value === '';
	}
	function restore() {
		const hash = location.hash.slice(1);
		if (hash && !hash.includes('=')) {
			const row = rows.find((r) => r.id === hash);
			if (!row) return; // a part of the page
			if (!fit(row, chosen())) clear();
			row.open = true;
			show();
			row.tr.scrollIntoView();
			return;
		}
		const words = new URLSearchParams(hash);
		clear();
		for (const radio of radios) if (radio.value && words.get(radio.name) === radio.value) radio.checked = true;
		const open = (words.get('open') || '').split(',');
		for (const row of rows) row.open = open[0] === 'all' || open.includes(row.number);
		show();
	}

	for (const radio of radios) radio.addEventListener('change', () => { show(); keep(); });
	document.getElementById('clear').addEventListener('click', () => { clear(); show(); keep(); });
	openAll.addEventListener('click', () => {
		const open = !rows.every((row) => row.open);
		for (const row of rows) row.open = open;
		show();
		keep();
	});
	window.addEventListener('hashchange', restore);
	document.querySelector('.bar').hidden = false;
	if (form) {
		form.hidden = false;
		form.addEventListener('submit', (e) => e.preventDefault());
		// On a narrow page the questions would stand in front of the answers.
		if (window.matchMedia('(max-width: 999px)').matches) form.querySelector('details').open = false;
	}
	clear(); // a browser that comes back fills forms in by itself
	show();
	restore();

	// What was seen is read where it opens; the popover gives the focus back by itself.
	for (const seen of all('[popover]')) {
		seen.addEventListener('toggle', (e) => { if (e.newState === 'open') seen.focus(); });
	}

	// Arrow keys in the matrix.
	const matrix = document.querySelector('table.matrix');
	if (matrix) matrix.addEventListener('keydown', (e) => {
		const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
		const cell = e.target.closest('td');
		if (!step || !cell || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
		const row = matrix.rows[cell.parentElement.rowIndex + step[0]];
		const next = row && row.cells[cell.cellIndex + step[1]];
		const button = next && next.querySelector('button');
		if (button) {
			button.focus();
			e.preventDefault();
		}
	});
});
