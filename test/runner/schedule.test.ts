import { describe, expect, it } from 'vitest'
import { type Demand, nextToStart } from '../../src/runner/schedule.ts'

/** `a:2` wants two cores, `a:all` all of them, `a:1+main` one and the only one of what is called `main`. */
const demands = (text: string): Demand[] =>
  text.split(' ').flatMap(each => {
    if (each === '') return []
    const [, stage = '', cpu = '', alone = ''] = /^(\w+):(\w+)((?:\+\w+)*)$/.exec(each) ?? []
    return [{ stage, cpu: cpu === 'all' ? cpu : Number(cpu), alone: alone.split('+').slice(1) }]
  })

describe('what starts next', () => {
  it.each<[string, string, string, number, string]>([
    // why, ready, running, jobs, starts
    ['nothing is ready', '', '', 4, ''],
    ['one at a time, in order', 'a:1 b:1 c:1', '', 1, 'a'],
    ['as many as asked for', 'a:1 b:1 c:1', '', 2, 'a b'],
    ['as many as are left', 'a:1 b:1 c:1', 'x:1', 3, 'a b'],
    ['no more than that, although they need no core', 'a:0 b:0 c:0', '', 2, 'a b'],
    ['cores are counted', 'a:2 b:2 c:2', '', 4, 'a b'],
    ['all: nobody beside it', 'a:all b:1 c:1', '', 4, 'a'],
    ['all: it waits for those that run, and is not overtaken', 'a:all b:1', 'x:1', 4, ''],
    ['all: those before it go first', 'a:1 b:all c:1', '', 4, 'a'],
    ['all runs: nobody starts', 'a:1 b:1', 'x:all', 4, ''],
    ['all runs: who only waits can start', 'a:1 b:0 c:0', 'x:all', 3, 'b c'],
    ['who only waits runs: all can start', 'a:all', 'x:0', 2, 'a'],
    ['all on one core', 'a:all b:1', '', 1, 'a'],
    ['more than there are: alone', 'a:8 b:1', '', 4, 'a'],
    ['more than there are: it waits', 'a:8 b:1', 'x:1', 4, ''],
    ['more than there are runs: nobody beside it', 'b:1', 'a:8', 4, ''],
    ['too few are left for the first: the others wait', 'a:3 b:1', 'x:2', 4, ''],
    ['too few are left for the second: the third waits', 'a:2 b:3 c:1', '', 4, 'a'],
    ['who only waits may overtake', 'a:3 b:0', 'x:2', 4, 'b'],
    ['one of those that share a thing', 'a:1+main b:1+main', '', 4, 'a'],
    ['the thing is taken: others go on', 'a:1+main b:1 c:1', 'x:1+main', 3, 'b c'],
    ['the thing is taken, and many cores are wanted: others go on', 'a:2+main b:1', 'x:1+main', 2, 'b'],
    ['who waits for cores keeps its things', 'a:2+main b:0+main', 'x:1', 2, ''],
    ['who waits for one thing keeps the other', 'a:1+main+key b:1+key c:1', 'x:1+main', 4, 'c'],
    ['no place is left', 'a:0 b:1', 'x:0 y:0', 2, ''],
  ])('%s', (_, ready, running, jobs, starts) => {
    expect(nextToStart(demands(ready), demands(running), jobs).map(({ stage }) => stage)).toEqual(
      demands(starts.replaceAll(/\w+/g, '$&:1')).map(({ stage }) => stage),
    )
  })

  it('one that wants all is not overtaken for ever by those that come after it', () => {
    // Two run, one of which ends each turn, and a new one of one core is always ready behind it.
    let running = [
      { demand: demands('x:1')[0]!, left: 1 },
      { demand: demands('y:1')[0]!, left: 2 },
    ]
    const order: string[] = []
    for (let turn = 0; turn < 4 && !order.includes('all'); turn++) {
      running = running.map(each => ({ ...each, left: each.left - 1 })).filter(({ left }) => left > 0)
      const ready = demands(`all:all late${turn}:1`)
      for (const demand of nextToStart(
        ready,
        running.map(each => each.demand),
        2,
      )) {
        running.push({ demand, left: 2 })
        order.push(demand.stage)
      }
    }
    expect(order).toEqual(['all'])
  })
})
