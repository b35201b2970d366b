// Problems of the page that is open: text that is too faint, horizontal scrolling, a broken rule name. Chromium
// runs this script; the pages themselves contain none.
(() => {
  const MIN_CONTRAST = 4.5;
  const problems = new Set();
  document.querySelectorAll("details").forEach((details) => { details.open = true; });

  const channels = (color) => {
    const numbers = color.match(/[\d.]+/g).map(Number);
    return { rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1 };
  };
  const over = (top, bottom) => top.rgb.map((value, index) => value * top.alpha + bottom[index] * (1 - top.alpha));
  // WCAG 2.2, relative luminance.
  const luminance = (rgb) => {
    const linear = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const background = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    // The canvas: white, or almost black in a dark scheme.
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    return layers.reverse().reduce((below, layer) => over(layer, below), isDark ? [18, 18, 18] : [255, 255, 255]);
  };
  const describe = (node) => `<${node.localName}${node.className ? ` class="${node.className}"` : ""}>`;

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest("title, style")) continue;
    texts += 1;
    const style = getComputedStyle(node);
    const below = background(node);
    const [one, other] = [luminance(over(channels(style.color), below)), luminance(below)];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < MIN_CONTRAST) problems.add(`contrast ${contrast.toFixed(2)}: ${describe(node)}`);
  }
  if (texts === 0) problems.add("no text");

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) problems.add(`the page is ${root.scrollWidth} px wide`);
  const right = root.clientWidth + 0.5;
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest("svg") && node.localName !== "svg") continue;
    const box = node.getBoundingClientRect();
    if (box.width > 0 && box.right > right) problems.add(`${describe(node)} reaches ${Math.ceil(box.right)} px`);
    if (node.scrollWidth > node.clientWidth + 1 && !["inline", "none"].includes(getComputedStyle(node).display)) {
      problems.add(`${describe(node)} is scrolled or cut: ${node.scrollWidth} px in ${node.clientWidth} px`);
    }
    if (node.matches(".rule") && node.getClientRects().length > 1) problems.add(`a broken rule name: ${node.textContent}`);
  }
  // A column or bar alone shows nothing.
  for (const chart of document.querySelectorAll("svg.columns")) {
    if (chart.querySelectorAll("rect").length < 2) problems.add("a chart of a single value");
  }
  for (const chart of document.querySelectorAll("svg:not([aria-hidden])")) {
    if (!chart.getAttribute("aria-label")) problems.add("a chart without a text alternative");
  }
  for (const table of document.querySelectorAll("table")) {
    if (table.querySelectorAll("svg.bar").length === 1 && !table.closest("details")) problems.add("a bar chart of a single value");
  }
  return { problems: [...problems], texts, height: root.scrollHeight };
})()
