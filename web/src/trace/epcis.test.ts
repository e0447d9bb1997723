import { expect, it } from 'vitest'
import { next_of } from './epcis'

it('the next page is read from Link, relative or absolute', () => {
  for (const [link, path] of [
    ['<https://farm.example/epcis/v2/events?perPage=2&nextPageToken=a%2Bb>; rel="next"', '/events?perPage=2&nextPageToken=a%2Bb'],
    ['</epcis/v2/events?nextPageToken=x>; rel=next', '/events?nextPageToken=x'],
    ['<events?nextPageToken=x>; rel="next"', '/events?nextPageToken=x'],
    ['</a>; rel="first", </epcis/v2/queries?nextPageToken=2>; rel="next"', '/queries?nextPageToken=2'],
    ['</epcis/v2/events>; rel="prev"', null], [null, null],
  ] as const) expect(next_of(link)).toBe(path)
})
