// These functions run inside the page: they can use nothing from outside of themselves.

// What sticks out of the window to a side.
export function overflow() {
  const wide = [...document.querySelectorAll("body *")].filter(element => {
    const { left, right } = element.getBoundingClientRect();
    return left < 0 || right > innerWidth;
  });
  const root = document.documentElement;
  return [...wide, ...(root.scrollWidth > innerWidth ? [root] : [])].map(element => element.outerHTML.slice(0, 80));
}

// The contrast of each visible text with what is behind it, by the formula of WCAG 2.
export function contrasts() {
  const channels = color => color.match(/[\d.]+/g).map(Number);
  const linear = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) =>
    0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const behind = element => {
    const background = channels(getComputedStyle(element).backgroundColor);
    return background[3] === 0 && element.parentElement ? behind(element.parentElement) : background;
  };
  const ratio = (element, pseudo) => {
    const [low, high] = [channels(getComputedStyle(element, pseudo).color), behind(element)].map(luminance).sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const name = element =>
    element.id ? `#${element.id}` : element.classList[0] ? `.${element.classList[0]}` : element.localName;
  const hasText = element => element.localName === "textarea"
    || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  const shown = [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && hasText(e));
  return [
    ...shown.map(element => ({ name: name(element), ratio: ratio(element) })),
    { name: "placeholder", ratio: ratio(document.querySelector("textarea"), "::placeholder") },
  ];
}
