// What can be said of each kind of thing, in how many wordings, and what can be asked about it.
//   of     the kind of value (a kind of name, or a list below); `unit` follows it and belongs to the answer
//   says   statements: a predicate, or a whole sentence where it names the subject {s} itself
//   asks   questions for the value; finds: questions for the subject, where the value singles it out

const words = text => text.trim().split(/\s+/)
const list = text => text.trim().split(/\s*,\s*/)

/** Values which are ordinary words. */
export const lists = {
  trade: words(`
    baker barber brewer butcher carpenter cook doctor farmer gardener judge lawyer mason miller painter poet printer
    sailor singer smith tailor teacher weaver`),
  animal: words('cat dog donkey fox goat goose hare horse magpie mule owl parrot pig pony rabbit tortoise'),
  ware: words(
    'beer books boots bricks buttons carpets cheese cloth coal copper glass gloves hats lace lamps leather linen oil paper pottery rope salt silk soap sugar tea tiles tobacco toys wine',
  ),
  material: words('bronze cedar chalk granite limestone marble oak pine sandstone slate steel tin'),
  crop: words('apples barley beans cherries figs flax grapes hops oats olives onions pears plums potatoes rye wheat'),
  dish: words(
    'cakes dumplings eels herring mussels noodles pancakes pastries porridge pudding soup stew trout waffles',
  ),
  purpose: list(
    'dating rocks, finding wells, grinding corn, mixing paint, picking locks, tuning organs, measuring rain, cutting glass, drying hay, counting coins, sorting seeds, polishing lenses, pumping water, copying letters, spinning thread, testing milk, weighing pearls, steering balloons, heating baths, opening vaults',
  ),
  topic: list(
    'a lost crown, a long winter, a sea voyage, a stolen horse, a secret marriage, a village school, a great flood, a blind dancer, a foolish prince, a mountain climb, a prison escape, a hidden treasure, a talking bear, a broken vow, a haunted inn, an old feud, a wicked uncle, a runaway bride, a chess match, a desert march',
  ),
  day: words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday'),
  month: words('January February March April May June July August September October November December'),
}

export const facts = {
  person: [
    {
      of: 'place',
      says: ['was born in {v}', 'is a native of {v}', 'the birthplace of {s} was {v}'],
      asks: [
        'Where was {s} born?',
        'In which town was {s} born?',
        'What is the birthplace of {s}?',
        '{s} is a native of which town?',
      ],
      finds: ['Who was born in {v}?', 'Who is a native of {v}?', 'Whose birthplace was {v}?'],
    },
    {
      of: 'trade',
      says: ['worked as a {v}', 'was a {v} by trade', 'earned a living as a {v}'],
      asks: ['What did {s} work as?', 'What was the trade of {s}?', 'How did {s} earn a living?'],
      finds: ['Who worked as a {v}?', 'Who was a {v} by trade?', 'Who earned a living as a {v}?'],
    },
    {
      of: 'place',
      says: ['settled in {v}', 'moved to {v}', 'made a home in {v}', 'the home of {s} was in {v}'],
      asks: [
        'Where did {s} settle?',
        'To which town did {s} move?',
        'Where did {s} make a home?',
        'Where was the home of {s}?',
      ],
      finds: ['Who settled in {v}?', 'Who moved to {v}?', 'Who made a home in {v}?'],
    },
    {
      of: 'person',
      says: ['married {v}', 'shared a home with {v}', 'the partner of {s} was {v}'],
      asks: ['Whom did {s} marry?', 'Who was the partner of {s}?', 'With whom did {s} share a home?'],
      finds: ['Who married {v}?', 'Who shared a home with {v}?'],
    },
    {
      of: 'year',
      says: ['died in {v}', 'lived until {v}', 'the death of {s} came in {v}'],
      asks: ['When did {s} die?', 'In what year did {s} die?', 'Until when did {s} live?'],
      finds: ['Who died in {v}?', 'Who lived until {v}?'],
    },
    {
      of: 'animal',
      says: ['kept a {v}', 'owned a tame {v}', 'was often seen with a {v}'],
      asks: ['What animal did {s} keep?', 'Which animal did {s} own?', 'With what animal was {s} often seen?'],
      finds: ['Who kept a {v}?', 'Who owned a tame {v}?', 'Who was often seen with a {v}?'],
    },
    {
      of: 'book',
      says: ['wrote {v}', 'is the author of {v}', '{v} was written by {s}'],
      asks: ['Which book did {s} write?', 'What did {s} write?', 'Of which book is {s} the author?'],
      finds: ['Who wrote {v}?', 'Who is the author of {v}?', 'By whom was {v} written?'],
    },
  ],
  place: [
    {
      of: 'person',
      says: ['was founded by {v}', 'owes its beginnings to {v}', '{v} founded {s}'],
      asks: ['Who founded {s}?', 'By whom was {s} founded?', 'To whom does {s} owe its beginnings?'],
      finds: ['Which town was founded by {v}?', 'Which town did {v} found?', 'What town owes its beginnings to {v}?'],
    },
    {
      of: 'year',
      says: ['was founded in {v}', 'dates from {v}', 'the first houses of {s} were built in {v}'],
      asks: [
        'When was {s} founded?',
        'In what year was {s} founded?',
        'From what year does {s} date?',
        'When were the first houses of {s} built?',
      ],
      finds: ['Which town was founded in {v}?', 'Which town dates from {v}?'],
    },
    {
      of: 'river',
      says: ['lies on the river {v}', 'stands beside the river {v}', 'the river {v} runs through {s}'],
      asks: ['On which river does {s} lie?', 'Which river runs through {s}?', 'Beside which river does {s} stand?'],
      finds: [
        'Which town lies on the river {v}?',
        'Through which town does the {v} run?',
        'What town stands beside the river {v}?',
      ],
    },
    {
      of: 'count',
      says: ['is home to {v} people', 'has {v} inhabitants', 'the population of {s} is {v}'],
      asks: ['How many people live in {s}?', 'How many inhabitants does {s} have?', 'What is the population of {s}?'],
      finds: ['Which town is home to {v} people?', 'Which town has {v} inhabitants?'],
    },
    {
      of: 'ware',
      says: ['is known for its {v}', 'is famous for its {v}', 'sells {v} to its neighbours'],
      asks: ['What is {s} known for?', 'For what is {s} famous?', 'What does {s} sell to its neighbours?'],
      finds: ['Which town is known for its {v}?', 'Which town is famous for its {v}?', 'What town sells {v}?'],
    },
    {
      of: 'day',
      says: ['holds its market on {v}', 'the market day of {s} is {v}'],
      asks: [
        'On which day does {s} hold its market?',
        'When is the market of {s} held?',
        'What is the market day of {s}?',
      ],
      finds: ['Which town holds its market on {v}?', 'The market day of which town is {v}?'],
    },
    {
      of: 'crop',
      says: ['is surrounded by fields of {v}', 'the farmers of {s} grow {v}'],
      asks: ['What do the farmers of {s} grow?', 'By fields of what is {s} surrounded?'],
      finds: ['In which town do the farmers grow {v}?', 'Which town is surrounded by fields of {v}?'],
    },
  ],
  ship: [
    {
      of: 'person',
      says: ['was built by {v}', 'came from the yard of {v}', '{v} built {s}'],
      asks: ['Who built {s}?', 'By whom was {s} built?', 'From whose yard did {s} come?'],
      finds: ['Which ship was built by {v}?', 'Which ship did {v} build?', 'What ship came from the yard of {v}?'],
    },
    {
      of: 'year',
      says: ['was launched in {v}', 'first sailed in {v}'],
      asks: ['When was {s} launched?', 'In what year was {s} launched?', 'When did {s} first sail?'],
      finds: ['Which ship was launched in {v}?', 'Which ship first sailed in {v}?'],
    },
    {
      of: 'place',
      says: ['had its home port at {v}', 'sailed from {v}', 'the home port of {s} was {v}'],
      asks: ['What was the home port of {s}?', 'From which port did {s} sail?', 'Where did {s} have its home port?'],
      finds: ['Which ship sailed from {v}?', 'Which ship had its home port at {v}?'],
    },
    {
      of: 'person',
      says: ['was commanded by {v}', 'had {v} for its captain', 'the captain of {s} was {v}'],
      asks: ['Who commanded {s}?', 'Who was the captain of {s}?', 'By whom was {s} commanded?'],
      finds: [
        'Which ship was commanded by {v}?',
        'Of which ship was {v} the captain?',
        'What ship had {v} for its captain?',
      ],
    },
    {
      of: 'ware',
      says: ['carried {v}', 'had a cargo of {v}', 'the holds of {s} were filled with {v}'],
      asks: ['What did {s} carry?', 'What was the cargo of {s}?', 'With what were the holds of {s} filled?'],
      finds: ['Which ship carried {v}?', 'Which ship had a cargo of {v}?'],
    },
    {
      of: 'size',
      unit: ' metres',
      says: ['measured {v}', 'was {v} long', 'the length of {s} was {v}'],
      asks: ['How long was {s}?', 'What was the length of {s}?', 'How much did {s} measure?'],
      finds: ['Which ship was {v} long?', 'Which ship measured {v}?'],
    },
  ],
  book: [
    {
      of: 'person',
      says: ['was written by {v}', 'is the work of {v}', '{v} wrote {s}'],
      asks: ['Who wrote {s}?', 'By whom was {s} written?', 'Whose work is {s}?'],
      finds: ['Which book was written by {v}?', 'Which book did {v} write?', 'Which book is the work of {v}?'],
    },
    {
      of: 'year',
      says: ['was published in {v}', 'came out in {v}', 'appeared in {v}'],
      asks: ['When was {s} published?', 'In what year did {s} come out?', 'When did {s} appear?'],
      finds: ['Which book was published in {v}?', 'Which book came out in {v}?', 'What book appeared in {v}?'],
    },
    {
      of: 'place',
      says: ['is set in {v}', 'takes place in {v}', 'the scene of {s} is {v}'],
      asks: ['Where is {s} set?', 'Where does {s} take place?', 'What is the scene of {s}?'],
      finds: ['Which book is set in {v}?', 'Which book takes place in {v}?'],
    },
    {
      of: 'topic',
      says: ['tells of {v}', 'is about {v}', 'the subject of {s} is {v}'],
      asks: ['What does {s} tell of?', 'What is {s} about?', 'What is the subject of {s}?'],
      finds: ['Which book tells of {v}?', 'Which book is about {v}?'],
    },
    {
      of: 'trade',
      says: ['has a {v} for its hero', 'the hero of {s} is a {v}', 'follows the life of a {v}'],
      asks: ['What is the hero of {s}?', 'The life of what does {s} follow?'],
      finds: ['Which book has a {v} for its hero?', 'Which book follows the life of a {v}?'],
    },
    {
      of: 'size',
      unit: ' pages',
      says: ['runs to {v}', 'fills {v}', 'the first edition of {s} had {v}'],
      asks: ['How many pages does {s} fill?', 'How long is {s}?', 'How many pages had the first edition of {s}?'],
      finds: ['Which book runs to {v}?', 'Which book fills {v}?'],
    },
  ],
  mountain: [
    {
      of: 'count',
      unit: ' feet',
      says: ['rises to {v}', 'is {v} high', 'the height of {s} is {v}'],
      asks: ['How high is {s}?', 'What is the height of {s}?', 'To how many feet does {s} rise?'],
      finds: ['Which mountain is {v} high?', 'Which mountain rises to {v}?'],
    },
    {
      of: 'person',
      says: ['was first climbed by {v}', '{v} was the first to climb {s}', 'was conquered by {v}'],
      asks: ['Who was the first to climb {s}?', 'By whom was {s} first climbed?', 'Who conquered {s}?'],
      finds: ['Which mountain was first climbed by {v}?', 'Which mountain did {v} conquer?'],
    },
    {
      of: 'year',
      says: ['was mapped in {v}', 'appeared on maps in {v}', 'the first map of {s} was drawn in {v}'],
      asks: ['When was {s} mapped?', 'In what year did {s} appear on maps?', 'When was the first map of {s} drawn?'],
      finds: ['Which mountain was mapped in {v}?', 'Which mountain appeared on maps in {v}?'],
    },
    {
      of: 'place',
      says: ['overlooks {v}', 'towers above {v}', 'at the foot of {s} lies {v}'],
      asks: ['Which town does {s} overlook?', 'What town lies at the foot of {s}?', 'Above which town does {s} tower?'],
      finds: [
        'Which mountain overlooks {v}?',
        'Which mountain towers above {v}?',
        'At the foot of which mountain does {v} lie?',
      ],
    },
    {
      of: 'river',
      says: ['feeds the river {v}', 'the river {v} springs from {s}'],
      asks: ['Which river springs from {s}?', 'What river does {s} feed?'],
      finds: ['Which mountain feeds the river {v}?', 'From which mountain does the {v} spring?'],
    },
    {
      of: 'material',
      says: ['consists of {v}', 'is made of {v}', 'the rock of {s} is {v}'],
      asks: ['Of what does {s} consist?', 'What is {s} made of?', 'What is the rock of {s}?'],
      finds: ['Which mountain consists of {v}?', 'Which mountain is made of {v}?'],
    },
  ],
  device: [
    {
      of: 'person',
      says: ['was invented by {v}', '{v} invented {s}', 'was the idea of {v}'],
      asks: ['Who invented {s}?', 'By whom was {s} invented?', 'Whose idea was {s}?'],
      finds: ['Which device was invented by {v}?', 'What did {v} invent?', 'Which device was the idea of {v}?'],
    },
    {
      of: 'year',
      says: ['was patented in {v}', 'received its patent in {v}', 'the patent on {s} dates from {v}'],
      asks: [
        'When was {s} patented?',
        'In what year was {s} patented?',
        'When did {s} receive its patent?',
        'From what year does the patent on {s} date?',
      ],
      finds: ['Which device was patented in {v}?', 'Which device received its patent in {v}?'],
    },
    {
      of: 'purpose',
      says: ['was used for {v}', 'served for {v}', 'the purpose of {s} was {v}'],
      asks: ['What was {s} used for?', 'For what did {s} serve?', 'What was the purpose of {s}?'],
      finds: ['Which device was used for {v}?', 'Which device served for {v}?'],
    },
    {
      of: 'material',
      says: ['was made of {v}', 'had a case of {v}', 'the case of {s} was made of {v}'],
      asks: ['What was {s} made of?', 'Of what was the case of {s} made?', 'What case did {s} have?'],
      finds: ['Which device was made of {v}?', 'Which device had a case of {v}?'],
    },
    {
      of: 'size',
      unit: ' pounds',
      says: ['weighed {v}', 'the weight of {s} was {v}', 'was {v} heavy'],
      asks: ['How much did {s} weigh?', 'What was the weight of {s}?', 'How heavy was {s}?'],
      finds: ['Which device weighed {v}?', 'Which device was {v} heavy?'],
    },
    {
      of: 'place',
      says: ['is on display in {v}', 'can be seen in {v}', 'a museum in {v} owns {s}'],
      asks: ['Where is {s} on display?', 'Where can {s} be seen?', 'In which town does a museum own {s}?'],
      finds: ['Which device is on display in {v}?', 'Which device can be seen in {v}?'],
    },
  ],
  festival: [
    {
      of: 'place',
      says: ['takes place in {v}', 'is held in {v}', '{v} celebrates {s}'],
      asks: ['Where does {s} take place?', 'Where is {s} held?', 'Which town celebrates {s}?'],
      finds: ['Which festival takes place in {v}?', 'Which festival is held in {v}?', 'What does {v} celebrate?'],
    },
    {
      of: 'month',
      says: ['falls in {v}', 'is celebrated in {v}', 'the month of {s} is {v}'],
      asks: ['In which month does {s} fall?', 'When is {s} celebrated?', 'What is the month of {s}?'],
      finds: ['Which festival falls in {v}?', 'Which festival is celebrated in {v}?'],
    },
    {
      of: 'person',
      says: ['was started by {v}', '{v} started {s}', 'goes back to {v}'],
      asks: ['Who started {s}?', 'By whom was {s} started?', 'To whom does {s} go back?'],
      finds: [
        'Which festival was started by {v}?',
        'Which festival did {v} start?',
        'Which festival goes back to {v}?',
      ],
    },
    {
      of: 'count',
      says: ['draws {v} visitors', 'is attended by {v} guests', 'the number of guests at {s} is {v}'],
      asks: [
        'How many visitors does {s} draw?',
        'By how many guests is {s} attended?',
        'What is the number of guests at {s}?',
      ],
      finds: ['Which festival draws {v} visitors?', 'Which festival is attended by {v} guests?'],
    },
    {
      of: 'dish',
      says: ['is a feast of {v}', 'offers {v} to its guests', 'the guests of {s} eat {v}'],
      asks: ['What do the guests of {s} eat?', 'What does {s} offer to its guests?', 'Of what is {s} a feast?'],
      finds: ['Which festival offers {v} to its guests?', 'At which festival do the guests eat {v}?'],
    },
    {
      of: 'year',
      says: ['was first held in {v}', 'began in {v}', 'the history of {s} begins in {v}'],
      asks: ['When was {s} first held?', 'In what year did {s} begin?', 'When does the history of {s} begin?'],
      finds: ['Which festival was first held in {v}?', 'Which festival began in {v}?'],
    },
  ],
  company: [
    {
      of: 'person',
      says: ['was set up by {v}', '{v} set up {s}', 'owes its start to {v}'],
      asks: ['Who set up {s}?', 'By whom was {s} set up?', 'To whom does {s} owe its start?'],
      finds: ['Which firm was set up by {v}?', 'Which firm did {v} set up?', 'Which firm owes its start to {v}?'],
    },
    {
      of: 'ware',
      says: ['makes {v}', 'sells {v}', 'the main product of {s} is {v}'],
      asks: ['What does {s} make?', 'What does {s} sell?', 'What is the main product of {s}?'],
      finds: ['Which firm makes {v}?', 'Which firm sells {v}?'],
    },
    {
      of: 'place',
      says: ['has its seat in {v}', 'is based in {v}', 'the offices of {s} are in {v}'],
      asks: ['Where does {s} have its seat?', 'Where is {s} based?', 'In which town are the offices of {s}?'],
      finds: ['Which firm has its seat in {v}?', 'Which firm is based in {v}?'],
    },
    {
      of: 'count',
      says: ['employs {v} people', 'has a staff of {v}', 'the staff of {s} numbers {v}'],
      asks: [
        'How many people does {s} employ?',
        'How large is the staff of {s}?',
        'What does the staff of {s} number?',
      ],
      finds: ['Which firm employs {v} people?', 'Which firm has a staff of {v}?'],
    },
    {
      of: 'year',
      says: ['opened in {v}', 'has been in business since {v}', 'the doors of {s} opened in {v}'],
      asks: ['When did {s} open?', 'Since when has {s} been in business?', 'In what year did the doors of {s} open?'],
      finds: ['Which firm opened in {v}?', 'Which firm has been in business since {v}?'],
    },
  ],
}

/** Sentences that say nothing that is asked, and how a passage may begin. */
export const asides = [
  'Little else is recorded.',
  'The rest is legend.',
  'Old letters confirm this.',
  'No portrait survives.',
  'Historians still argue about the details.',
  'Much has been forgotten since.',
  'The records were lost in a fire.',
]
export const openings = [
  'An old almanac lists {names}.',
  'This page compares {names}.',
  'Visitors often ask about {names}.',
  'The archive keeps notes on {names}.',
]
