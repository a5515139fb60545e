// SPDX-License-Identifier: Apache-2.0
// Text that is seen and has less contrast than WCAG 2.1 AA asks of small text, with the figure.
(() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const linear = (c) => ((c /= 255) <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  function ground(element) {
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  }
  const weak = [];
  for (const element of document.body.querySelectorAll("*")) {
    const says = Array.from(element.childNodes).some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!says || element.localName === "script" || element.getClientRects().length === 0) continue;
    const pair = [luminance(numbers(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) weak.push(contrast.toFixed(2) + " " + element.className + " " + element.textContent.slice(0, 40));
  }
  return weak;
})()
