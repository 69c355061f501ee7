// What a page must keep to, found in the page itself. Each check returns what is wrong, as a list of sentences.
({
	visible(e) {
		return e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length > 0;
	},
	say(e) {
		const name = e.id ? '#' + e.id : e.getAttribute('class') ? '.' + e.getAttribute('class') : '';
		return `<${e.localName}${name}> "${(e.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 40)}"`;
	},

	// Nothing is beyond the page to either side, but in a region that scrolls by itself.
	beyond() {
		const wrong = [];
		const wide = document.documentElement.scrollWidth;
		if (wide > innerWidth) wrong.push(`the page is ${wide} pixels wide in a window of ${innerWidth}`);
		for (const e of document.body.querySelectorAll('*')) {
			const region = e.parentElement.closest('.scroll, pre');
			if (region || e.matches('.unseen, .unseen *, svg *') || !this.visible(e)) continue;
			const { left, right } = e.getBoundingClientRect();
			if (left < -0.5 || right > innerWidth + 0.5) wrong.push(`${this.say(e)} reaches from ${left} to ${right} of ${innerWidth}`);
		}
		for (const svg of document.querySelectorAll('svg.lines, svg.axis')) {
			// What an image has in it may leave its box, and then the page, without making that wider.
			if (!this.visible(svg)) continue;
			const box = svg.getBoundingClientRect();
			for (const text of svg.querySelectorAll('text')) {
				const { left, right } = text.getBoundingClientRect();
				if (left < box.left - 1.5 || right > box.right + 1.5) wrong.push(`${this.say(text)} leaves its chart`);
			}
		}
		return wrong;
	},

	// Text of every kind stands out from what is behind it by 4.5 to 1.
	contrast() {
		const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
		const rgba = (colour) => {
			canvas.clearRect(0, 0, 1, 1);
			canvas.fillStyle = colour;
			canvas.fillRect(0, 0, 1, 1);
			return [...canvas.getImageData(0, 0, 1, 1).data];
		};
		const light = ([r, g, b]) => {
			const part = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
			return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
		};
		const found = new Map();
		for (const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walker.nextNode();) {
			const e = walker.currentNode.parentElement;
			if (!walker.currentNode.data.trim() || !this.visible(e)) continue;
			let behind = e;
			while (behind && rgba(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
			const back = behind ? getComputedStyle(behind).backgroundColor : 'Canvas';
			const style = getComputedStyle(e);
			const front = e instanceof SVGElement ? style.fill : style.color;
			const key = front + ' on ' + back;
			if (found.has(key)) continue;
			const [a, b] = [light(rgba(front)), light(rgba(back))];
			const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			found.set(key, ratio < 4.5 ? `${this.say(e)}: ${key} is ${ratio.toFixed(2)}` : '');
		}
		return { pairs: found.size, wrong: [...found.values()].filter(Boolean) };
	},

	// The rules that a screen reader needs kept, as far as they can be seen without one.
	rules() {
		const wrong = [];
		const all = (selector) => [...document.querySelectorAll(selector)];
		const ids = new Set();
		for (const e of all('[id]')) {
			if (ids.has(e.id)) wrong.push(`two elements are #${e.id}`);
			ids.add(e.id);
		}
		for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for', 'popovertarget'])
			for (const e of all(`[${attribute}]`))
				for (const id of e.getAttribute(attribute).split(/\s+/))
					if (!ids.has(id)) wrong.push(`${this.say(e)}: ${attribute} names ${id}, which is not there`);
		for (const a of all('a[href^="#"]')) if (!ids.has(a.getAttribute('href').slice(1))) wrong.push(`${this.say(a)} leads to ${a.getAttribute('href')}, which is not there`);
		if (!document.documentElement.lang) wrong.push('the page has no language');
		if (!document.title) wrong.push('the page has no title');
		for (const [selector, n] of [['h1', 1], ['main', 1]]) if (all(selector).length !== n) wrong.push(`there are ${all(selector).length} ${selector}`);
		let level = 0;
		for (const h of all('h1, h2, h3, h4, h5, h6')) {
			const own = Number(h.localName[1]);
			if (own > level + 1) wrong.push(`${this.say(h)} comes below a heading of level ${level}`);
			level = own;
		}
		for (const e of all('[tabindex]')) if (e.tabIndex > 0) wrong.push(`${this.say(e)} has a place of its own in the order of tabs`);
		for (const e of all('input')) if (!e.labels.length) wrong.push(`${this.say(e)} has no label`);
		for (const e of all('fieldset')) if (!e.querySelector('legend')) wrong.push(`${this.say(e)} has no legend`);
		for (const e of all('th')) if (!e.scope) wrong.push(`${this.say(e)} has no scope`);
		for (const e of all('table')) if (!e.caption && !e.getAttribute('aria-labelledby')) wrong.push(`${this.say(e)} has no caption`);
		for (const e of all('svg')) if (e.getAttribute('role') !== 'img' && !e.closest('[aria-hidden=true], svg[role=img]')) wrong.push(`${this.say(e)} is neither an image nor hidden`);
		for (const e of all('a, button, input, summary, [tabindex="0"]')) {
			if (!this.visible(e) || e.closest('[aria-hidden=true]') === null) continue;
			wrong.push(`${this.say(e)} takes the focus and is hidden from a reader`);
		}
		for (const e of all('button, summary, input, .filters label')) {
			if (!this.visible(e)) continue;
			const { width, height } = (e.matches('input') ? e.parentElement : e).getBoundingClientRect();
			if (width < 16 || height < 16) wrong.push(`${this.say(e)} is ${width} by ${height}: too small to be met`);
		}
		for (const e of all('.scroll, pre')) if (this.visible(e) && e.scrollWidth > e.clientWidth + 1 && e.tabIndex !== 0) wrong.push(`${this.say(e)} scrolls, and not by keyboard`);
		return wrong;
	},
})
