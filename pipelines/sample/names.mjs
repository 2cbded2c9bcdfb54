// What invented names are made of. Every list of parts is a row of the vocabulary; two parts make a name.

const words = text => text.trim().split(/\s+/)

const women = words(`
  Adra Alisa Amara Anwen Brena Calla Carin Dalia Delia Edda Elin Emra Fenna Fiora Galia Greta Hanne Hedda Ilsa Iona
  Irena Jora Jessa Kaia Katrin Lena Lira Maren Mira Nadia Nella Odile Orla Petra Pia Rhea Rosa Runa Sabra Sanna Selma
  Signe Tamsin Tessa Thea Ulla Una Vada Vera Wanda Willa Xenia Yara Zelda Zora`)
const men = words(`
  Alaric Anton Arlo Bastian Bram Caspar Conrad Corin Dario Denzil Edgar Egon Emil Falk Felix Finn Gideon Gustav Hector
  Hugo Idris Ivo Jasper Joran Jonas Kaspar Kurt Lars Leif Lorenz Magnus Milo Nestor Niels Odo Oskar Otto Pavel Piers
  Quentin Ragnar Rolf Rufus Silas Simon Tobias Tristan Ulric Urban Viktor Walter Wendel Yorick Zoltan`)
const stems = words(`
  Ald Arn Bask Bel Bor Brim Cald Carn Cor Dal Dorn Drev Elm Erl Fald Fenn Garr Gil Grav Hald Hern Holl Ild Ing Jarn
  Jesk Kald Kel Kirn Lask Lorn Lund Mard Mel Morv Nar Nith Nold Oln Orv Pald Pel Quar Rad Reth Rind Sall Selk Sorn
  Tarn Thal Torv Ulm Urv Vald Vel Vorn Wald Wenn Wyr Yarn Yel Zand Zor`)

const surnames = words('acre ander berg dottir ell ersen ett fine gard ley man ner ovic quist rick son strom ter win wood')
const towns = words('bridge burgh bury by cliff dale den field ford gate ham haven holm mouth port stead stow thorpe ton worth')
const rivers = words('ane ash een erry ine ola ona une ura ussel yra wen')
const peaks = words('agar akka arun askar egar endur igor okar oran uldar unt urak')
const devices = words('ograph ometer ophone oscope oscribe otron otype ovane')

const adjectives = words(`
  Amber Ancient Azure Bitter Bold Brave Bright Broken Crimson Curious Distant Eager Early Emerald Faithful Fearless
  Gentle Gilded Golden Happy Hidden Humble Icy Ivory Jolly Laughing Lonely Loyal Lucky Merry Mighty Morning Noble
  Northern Patient Polar Proud Quiet Rapid Restless Royal Rusty Scarlet Silent Silver Southern Swift Velvet Violet
  Wandering Western Winter`)
const creatures = words(`
  Albatross Badger Bison Cormorant Crane Curlew Dolphin Dragon Eagle Falcon Ferret Gannet Griffin Gull Heron Hornet
  Ibis Jackal Kestrel Lark Leopard Lynx Marten Mermaid Narwhal Osprey Otter Panther Pelican Petrel Phoenix Puffin
  Raven Sparrow Stork Swallow Swan Tern Walrus Wolf`)
const keepers = words(`
  Bride Captain Chronicle Daughter Dream Empress Garden Ghost Guardian House Island Keeper Key Lament Lantern Legend
  Letter Map Mirror Night Orchard Promise Prophet Riddle Road Secret Servant Shadow Song Stranger Tale Theft Thief
  Trial Voyage Widow`)
const matters = words(`
  Ashes Autumn Bells Bones Candles Clocks Clouds Doves Dust Echoes Embers Exile Feathers Fire Flowers Fog Frost Ghosts
  Hope Ice Iron Kings Leaves Midnight Mist Moonlight Pearls Rain Roses Salt Sand Silence Smoke Snow Sorrow Spring
  Stars Stone Storms Thorns Thunder Tides Time Wolves`)
const feasts = words(`
  Acorn Apple Barley Bonfire Candle Cherry Chestnut Drum Feather Fiddle Flute Harvest Honey Kite Lamp Lilac Maple Mask
  Meadow Moon Mushroom Onion Pepper Plum Pumpkin Puppet Ribbon Shepherd Sledge Thistle Torch Tulip Wheel Willow`)
const festivals = words('Ball Carnival Days Fair Feast Festival Gathering Jubilee Parade Revel Show Week')
const works = words('Bakery Brewery Company Dairy Foundry Forge Kilns Mills Press Quarry Tannery Workshop Yard')

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
