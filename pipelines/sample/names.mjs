// What invented names are made of. Every list of parts is a row of the vocabulary; two parts make a name.

const words = text => text.trim().split(/\s+/)

const women = words('Adra Brena Calla Edda Fiora Greta Hanne Iona Lira Mira Runa Thea')
const men = words('Arlo Bram Corin Egon Falk Gideon Hugo Ivo Jasper Magnus Oskar Rolf')
const stems = words(
  'Ald Bask Brim Carn Dorn Elm Fenn Garr Hald Ild Jesk Kirn Lund Mor Nith Orv Pel Quar Reth Sorn Tarn Urv Vel Zand',
)

const surnames = words('acre berg dottir ett ley quist son win')
const towns = words('bury dale field ford ham mouth stead ton')
const rivers = words('ane erry ola une ussel yra')
const peaks = words('agar askar endur igor oran unt')
const devices = words('ograph ometer ophone oscope otype ovane')

const adjectives = words(
  'Amber Bitter Bold Crimson Eager Faithful Gentle Golden Happy Icy Jolly Lonely Merry Noble Proud Quiet Rusty Scarlet Silent Swift Velvet Wandering',
)
const creatures = words(
  'Badger Crane Dolphin Eagle Falcon Gull Heron Ibis Jackal Kestrel Lynx Marten Otter Pelican Raven Stork Tern Walrus',
)
const keepers = words(
  'Bride Captain Daughter Empress Garden House Island Keeper Letter Mirror Orchard Promise Riddle Servant Tale Voyage',
)
const matters = words(
  'Ashes Bells Candles Doves Embers Feathers Ghosts Hope Ice Kings Leaves Mist Pearls Roses Salt Thorns',
)
const feasts = words('Acorn Barley Cherry Drum Fiddle Honey Kite Lamp Maple Onion Plum Ribbon Thistle Willow')
const festivals = words('Ball Carnival Fair Feast Jubilee Parade')
const works = words('Bakery Brewery Dairy Foundry Mills Press Quarry Tannery')

/**
 * Each kind of name: its two lists of parts, how they are put together, and whether the name takes an article.
 * `short` is what later sentences may say instead.
 */
export const naming = {
  person: { first: [...women, ...men], second: stems.flatMap(stem => surnames.map(end => stem + end)), join: ' ' },
  place: { first: stems, second: towns, join: '' },
  river: { first: stems, second: rivers, join: '' },
  mountain: { first: stems, second: peaks, join: '', before: 'Mount ' },
  device: { first: stems, second: devices, join: '', article: 'the ', lower: true },
  ship: { first: adjectives, second: creatures, join: ' ', article: 'the ' },
  book: { first: keepers, second: matters, join: ' of ', before: 'The ' },
  festival: { first: feasts, second: festivals, join: ' ', article: 'the ' },
  company: { first: stems.flatMap(stem => surnames.map(end => stem + end)), second: works, join: ' ', article: 'the ' },
}

/** Whether a first name is a woman's: it decides the pronoun. */
export const isWoman = name => women.includes(name.split(' ')[0])

/** Parts that stand at the beginning of a word, and parts that continue one: the vocabulary takes both whole. */
export const beginnings = [women, men, stems, adjectives, creatures, keepers, matters, feasts, festivals, works].flat()
export const endings = [surnames, towns, rivers, peaks, devices].flat()
