// Tells the frame around what is wrong with this page, and the colour of its background.
addEventListener("load", async () => {
  await document.fonts.ready;
  const wrong = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  for (const fold of all("details")) fold.open = true;
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("wider than the window");
  if (!document.fonts.check("16px Inter")) wrong.push("the font is missing");
  for (const link of all("a[href^='#']"))
    if (!document.getElementById(link.getAttribute("href").slice(1))) wrong.push("a link to nowhere");
  for (const image of all("img")) if (!image.naturalWidth) wrong.push("an image that is none");
  for (const entry of performance.getEntriesByType("resource"))
    if (!entry.name.startsWith("data:")) wrong.push("fetches " + entry.name);

  const touches = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  for (const picture of all("svg")) {
    const frame = picture.getBoundingClientRect();
    if (!frame.width) continue; // It is for other screens.
    const scale = frame.width / picture.viewBox.baseVal.width;
    const texts = all("text", picture).map(text =>
      [text.textContent.trim(), text.getBoundingClientRect(), parseFloat(getComputedStyle(text).fontSize)]);
    texts.forEach(([name, box, size], index) => {
      const inside = box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
      if (!inside) wrong.push(`"${name}" is clipped`);
      if (size * scale < 8.5) wrong.push(`"${name}" is too small to read`);
      for (const [other, place] of texts.slice(index + 1))
        if (touches(box, place)) wrong.push(`"${name}" and "${other}" overlap`);
    });
  }
  for (const cell of all("td, th"))
    if (cell.scrollWidth > cell.clientWidth + 1) wrong.push(`the cell "${cell.textContent}" is clipped`);
  wrong.push("background " + getComputedStyle(document.body).backgroundColor);
  parent.postMessage(wrong.join("; "), "*");
});
