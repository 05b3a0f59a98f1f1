/** Runs in the page: the contrast of each visible text with what lies behind it (WCAG 2.2, relative luminance). */
export function contrastsOfTexts(): { text: string; ratio: number }[] {
  const parts = (colour: string) => colour.match(/[\d.]+/g)!.map(Number)
  const luminance = (colour: string) => {
    const [r, g, b] = parts(colour).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const behind = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)'
    const colour = getComputedStyle(element).backgroundColor
    return parts(colour)[3] === 0 ? behind(element.parentElement) : colour
  }
  const all: { text: string; ratio: number }[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement!
    const disabled = element.closest('label')?.querySelector(':disabled')
    if (node.textContent!.trim() === '' || disabled || !element.checkVisibility()) continue
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((x, y) => y - x)
    all.push({ text: node.textContent!.trim().slice(0, 40), ratio: (a! + 0.05) / (b! + 0.05) })
  }
  return all
}
