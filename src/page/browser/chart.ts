import { type PlotOptions, plot } from '@observablehq/plot'
import { h } from './elements.ts'

/**
 * A chart with a caption, drawn by Observable Plot as wide as its place, and again where that changes. What it shows is said in
 * words too, for who cannot see it.
 */
export function chart(caption: string, inWords: string, options: (width: number) => PlotOptions): HTMLElement {
  const place = h('div', { class: 'chart' })
  let drawn = 0
  const draw = () => {
    const width = Math.floor(place.clientWidth)
    if (width === 0 || width === drawn) return
    drawn = width
    const drawing = plot({ width, height: 260, marginLeft: 48, ...options(width) })
    // One picture with one description: what Plot says of its parts is not for people.
    for (const part of drawing.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label')
    drawing.setAttribute('role', 'img')
    drawing.setAttribute('aria-label', inWords)
    place.replaceChildren(drawing)
  }
  new ResizeObserver(draw).observe(place)
  return h('figure', {}, h('figcaption', {}, caption), place)
}

/** Colours that the style sheet chooses, for light and for dark. */
export const colours = {
  first: 'var(--first)',
  second: 'var(--second)',
  faint: 'var(--faint)',
  ink: 'currentColor',
} as const
