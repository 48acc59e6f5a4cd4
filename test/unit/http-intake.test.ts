/** How large an event may be. */
import { expect, test, vi } from 'vitest'
import { toEntry } from '../../plugins/http/entry'
import { createIntake } from '../../plugins/http/intake'
import { Context } from '../../src/context'
import type { AssentEvent } from '../../src/types'

test.each(['0', '{"a":1}'])('just 32 KB with the decision %s are not over 32 KB; one byte more is', async (stamp) => {
  const stamped = stamp != '0'
  const event = (length: number) =>
    ({ type: 'track', event: 'x'.repeat(length), context: {}, integrations: {} }) as AssentEvent
  // The decision takes the place of a 0.
  const frame = toEntry(event(0), stamped).length + (stamped ? stamp.length - 1 : 0)
  const giveUp = vi.fn()
  const { take } = createIntake(() => 1, () => stamp, async () => {}, new Map(), giveUp)
  await take(new Context(event(32_768 - frame)))
  expect(giveUp).not.toHaveBeenCalled()
  await take(new Context(event(32_769 - frame)))
  expect(giveUp).toHaveBeenCalledOnce()
})
