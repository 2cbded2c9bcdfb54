import { h } from './elements.ts'

export interface VirtualList {
  readonly element: HTMLElement
  /** Shows other items, from the first on. */
  show(items: readonly number[]): void
  /** Chooses an item, and brings it into view. */
  select(position: number): void
}

interface Rows {
  /** What the list is called. */
  readonly label: string
  /** With what the ids of its rows begin, which no other list's do. */
  readonly prefix?: string
  /** Fills a row with an item's texts. */
  fill(row: HTMLElement, item: number): void
  /** An item was chosen. */
  chosen(item: number): void
}

/** Rows that are drawn above and below what is seen, so that scrolling does not show blank. */
const SPARE = 6

/**
 * A list of any length that has elements for no more rows than fit. It is a listbox: arrows, Page Up and Down, Home and End
 * choose; the browser scrolls. Rows are all of the height that the style sheet gives them.
 */
export function virtualList({ label, prefix = 'row', fill, chosen }: Rows): VirtualList {
  const space = h('div', { class: 'space', role: 'presentation' })
  const element = h('div', { class: 'list', role: 'listbox', tabindex: 0, 'aria-label': label }, space)
  const drawn = new Map<number, HTMLElement>()
  const spare: HTMLElement[] = []
  let items: readonly number[] = []
  let selected = -1

  const height = () => Number.parseFloat(getComputedStyle(element).getPropertyValue('--row')) || 56
  let rowHeight = 56

  const draw = () => {
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - SPARE)
    const last = Math.min(items.length - 1, Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + SPARE)
    for (const [position, row] of drawn)
      if (position < first || position > last) {
        drawn.delete(position)
        spare.push(row)
      }
    for (let position = first; position <= last; position++) if (!drawn.has(position)) place(position)
    for (const row of spare.splice(0)) row.remove()
  }
  const place = (position: number) => {
    const row = spare.pop() ?? h('div', { role: 'option', class: 'row' })
    row.id = `${prefix}-${position}`
    row.dataset.position = String(position)
    row.style.transform = `translateY(${position * rowHeight}px)`
    row.setAttribute('aria-posinset', String(position + 1))
    row.setAttribute('aria-setsize', String(items.length))
    row.setAttribute('aria-selected', String(position === selected))
    fill(row, items[position]!)
    drawn.set(position, row)
    if (row.parentNode !== space) space.append(row)
  }
  const choose = (position: number) => {
    if (items.length === 0) return
    drawn.get(selected)?.setAttribute('aria-selected', 'false')
    selected = Math.max(0, Math.min(items.length - 1, position))
    const top = selected * rowHeight
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight
    draw()
    drawn.get(selected)?.setAttribute('aria-selected', 'true')
    element.setAttribute('aria-activedescendant', `${prefix}-${selected}`)
    chosen(items[selected]!)
  }

  let asked = false
  element.addEventListener('scroll', () => {
    if (asked) return
    asked = true
    requestAnimationFrame(() => {
      asked = false
      draw()
    })
  })
  element.addEventListener('click', ({ target }) => {
    const row = (target as Element).closest<HTMLElement>('.row')
    if (row) choose(Number(row.dataset.position))
  })
  element.addEventListener('keydown', event => {
    const page = Math.max(1, Math.floor(element.clientHeight / rowHeight) - 1)
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: selected + 1,
      ArrowUp: selected - 1,
      PageDown: selected + page,
      PageUp: selected - page,
      Home: 0,
      End: items.length - 1,
    }
    const to = moves[event.key]
    if (to === undefined) return
    event.preventDefault()
    choose(to)
  })
  new ResizeObserver(draw).observe(element)

  return {
    element,
    show(shown) {
      items = shown
      selected = -1
      rowHeight = height()
      element.removeAttribute('aria-activedescendant')
      element.hidden = items.length === 0
      space.style.height = `${items.length * rowHeight}px`
      for (const row of drawn.values()) row.remove()
      drawn.clear()
      element.scrollTop = 0
      draw()
    },
    select: choose,
  }
}
