// Texts that are cut off.
() => [...document.querySelectorAll('button, a, th, td, dt, dd, label, .light, .tag, h1, h2, p, summary')]
  .filter(e => e.clientWidth && getComputedStyle(e).overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 2 && !e.closest('.sr, .djs-container'))
  .map(e => e.tagName.toLowerCase() + '.' + e.className + ' ' + e.textContent.trim().slice(0, 24))
