// Every word of the pages. zh.ts must have each key too (the compiler and a test hold that).
export default {
  simulated: 'Simulated',
  waiting: 'Loading',
  nothing: 'Nothing here.',

  'nav.main': 'Pages', 'nav.skip': 'Skip to the page', 'nav.today': 'Today', 'nav.round': 'Round', 'nav.map': 'Map', 'nav.pools': 'Pools', 'nav.fish': 'Fish',
  'nav.cohorts': 'Cohorts', 'nav.stock': 'Stock', 'nav.journal': 'Journal', 'nav.differences': 'Differences', 'nav.tasks': 'Tasks', 'nav.import': 'Import',
  'nav.surveys': 'Surveys', 'nav.growth': 'Growth', 'nav.jobs': 'Jobs', 'nav.people': 'People', 'nav.settings': 'Settings', 'nav.scan': 'Scan', 'nav.more': 'More',

  'sign.sentence': 'Every pool and every fish, at any date, and how sure that is.', 'sign.name': 'Login name', 'sign.password': 'Password', 'sign.in': 'Sign in',
  'sign.out': 'Sign out', 'sign.me': 'Signed in as {{name}}', 'sign.wrong': 'Name and password do not belong together. Try again, or ask the owner for a new password.',

  'problem.unreachable': 'The server does not answer. What you record is kept on this device and sent later.', 'problem.unknown': 'Something went wrong. Try again.',

  'do.again': 'Try again', 'do.more': 'Show more', 'do.show': 'Show', 'do.before': 'Back', 'do.after': 'Next', 'do.cancel': 'Cancel', 'do.close': 'Close', 'do.correct': 'Correct',
  'do.withdraw': 'Withdraw', 'do.versions': 'Versions', 'do.edit': 'Edit', 'do.leave': 'Leave it', 'do.save': 'Save', 'do.record': 'Record',

  'worst.ok': 'Well', 'worst.watch': 'Watch', 'worst.warn': 'Warning', 'worst.bad': 'Act today',
  'unit.heads': 'fish',

  'figure.heads': 'Fish', 'figure.book_heads': 'Fish (book)', 'figure.biomass': 'Biomass', 'figure.mean': 'Mean weight', 'figure.weight': 'Weight', 'figure.density': 'Density',
  'figure.temperature': 'Temperature', 'figure.oxygen': 'Oxygen', 'figure.feed': 'Feed', 'figure.deaths': 'Deaths',
  'subject.pool': 'pool', 'subject.site': 'site', 'subject.cohort': 'cohort', 'subject.fish': 'fish',

  'why.title': 'Why is this number so?', 'why.open': 'Why is this number so?', 'why.company': 'the whole company', 'why.facts': 'The facts behind it, newest first',
  'why.no_facts': 'It is the sum of the parts above; each part opens its own facts.', 'why.more': 'All facts in the journal', 'why.was': 'Before:',
  'formula.heads': 'Heads = the book, merged with the last counts by how sure each is; fish lost unseen widen the interval.',
  'formula.biomass': 'Biomass = heads × mean weight, with the errors of both.',
  'formula.mean': 'Mean weight = cube root of the last weighings + growth coefficient × degree-days since, cubed; tagged fish each by its own.',
  'formula.density': 'Density = biomass / volume.', 'formula.feed': 'Feed given in the last 30 days, from rounds and feed records.',
  'formula.temperature': 'Mean of the day\'s readings; the pool\'s own come before the site\'s.',
  'formula.fish': 'Weight = (cube root of the last weighing + growth coefficient × degree-days since)³.',
  'formula.cohort': 'The sum of the cohort over all pools: each pool\'s book and mean weight, with their errors.',
  'formula.sum': 'The sum of the pools\' estimates, with their errors.',
  'step.stocked': 'stocked', 'step.moved in': 'moved in', 'step.moved out': 'moved out', 'step.dead': 'dead', 'step.escaped': 'escaped', 'step.harvested': 'harvested',
  'step.regrouped': 'regrouped', 'step.differences explained': 'differences explained', 'step.found (left without having come)': 'found (left without having come)', 'step.book': 'book',
  'step.estimate (95 %)': 'estimate (95 %)', 'step.heads (95 %)': 'heads (95 %)', 'step.biomass (95 %)': 'biomass (95 %)', 'step.density': 'density', 'step.read on': 'read on', 'step.last weighed': 'last weighed',

  'step_counted': 'counted {{day}} ({{method}})', 'step_weighed': 'untagged {{cohort}}: grown from the weighing of', 'step_warm': 'degree-days in {{pool}} since it came or was weighed', 'step_weight': 'weight on {{day}}',

  'asof.label': 'As of when', 'asof.now': 'Now', 'asof.day': 'As of (farm day)', 'asof.known_at': 'As known at (empty: now)', 'asof.known_only': 'As known then',
  'asof.as_of': 'As of {{at}}', 'asof.known': 'as known on {{at}}', 'asof.known_now': 'as known now', 'asof.back': 'Back to now', 'asof.week': 'A week ago',
  'asof.month_end': '{{day}}, as known then', 'asof.month_end_known_now': '{{day}}, as known now',
  'asof.means': 'As of: the farm on that day. As known at: only what had been told by then; later corrections are left out.',

  'search.label': 'Search fish, pools, cohorts and sites', 'search.placeholder': 'Search fish, pools, cohorts', 'search.short': 'Search', 'search.none': 'Nothing of that name. Tags need at least three digits.',

  'filter.label': 'Filters', 'filter.every_site': 'Every site', 'filter.every_kind': 'Every kind', 'filter.every_state': 'Every state', 'filter.at_least': '{{state}} or worse',
  'filter.open_only': 'Open pools', 'filter.closed_too': 'Closed ones too', 'filter.every_cohort': 'Every cohort', 'filter.every_stage': 'Every maturity', 'filter.every_species': 'Every species',
  'filter.alive_only': 'Living fish', 'filter.gone_too': 'Dead and gone too', 'filter.living_only': 'With fish', 'filter.emptied_too': 'Emptied ones too', 'filter.every_fact': 'Every kind of fact', 'filter.from': 'from', 'filter.to': 'to',

  'today.seen': '{{seen}} of {{pools}} pools seen today.', 'today.all_seen': 'All {{pools}} pools seen today.', 'today.seen_then': '{{seen}} of {{pools}} pools were seen on {{day}}.',
  'today.no_exceptions': 'Nothing is out of order.',
  'today.exceptions_one': '1 exception to look at.', 'today.exceptions_other': '{{count}} exceptions to look at.',
  'today.exceptions_all_bad_one': '1 exception, and it cannot wait.', 'today.exceptions_all_bad_other': '{{count}} exceptions, and none of them can wait.', 'today.exceptions_bad_one': '1 exception, and it cannot wait.', 'today.exceptions_bad_other': '{{count}} exceptions, {{bad}} of them cannot wait.',
  'today.exceptions_title': 'Exceptions, worst first', 'today.more_exceptions_one': '1 more', 'today.more_exceptions_other': '{{count}} more', 'today.since': 'since {{at}}',
  'today.tagged': 'Tagged', 'today.ripe': 'Ripe females', 'today.round': 'Round today', 'today.missing_title': 'Not seen yet', 'today.and_more': 'and {{count}} more',
  'today.pool_map': 'Pools by site', 'today.trend': 'Biomass and deaths, two years', 'today.sites': 'Sites',
  'today.trend_words': 'Biomass went from {{first}} t in {{from}} to {{last}} t on {{to}}.',
  'today.deaths_month': 'Deaths in the month',

  'pool.find': 'Pool, name or cohort', 'pool.new': 'New pool', 'pool.none': 'No pool fits these filters.', 'pool.closed': 'closed', 'pool.state': 'State', 'pool.never': 'never',
  'pool.oxygen_head': 'O₂, mg/L', 'pool.not_seen_today': 'not seen today', 'pool.last_seen': 'Last seen {{at}}.', 'pool.never_seen': 'Not seen yet.',
  'pool.sentence': '{{heads}} fish, {{mass}}. {{seen}}', 'pool.empty_sentence': 'No fish in this pool.',
  'pool.withdrawal': 'Withdrawal period of {{product}} until {{day}}: no harvest before.', 'pool.feed_30d': 'Feed, 30 days', 'pool.occupants': 'Who is in it', 'pool.no_occupants': 'Nobody.',
  'pool.book': 'The book', 'pool.counts': 'Counts and differences', 'pool.ribbon': 'Thirty days', 'pool.no_days': 'No records in these thirty days.',
  'pool.ribbon_words': 'Temperature {{low}} to {{high}} °C, {{deaths}} deaths and {{feed}} of feed in thirty days.',
  'pool.life': 'Life of the pool', 'pool.life_words_one': 'One cohort has lived here.', 'pool.life_words_other': '{{count}} cohorts have lived here, stacked by heads over time.',
  'pool.roster_one': '1 tagged fish', 'pool.roster_other': '{{count}} tagged fish', 'pool.here_since': 'Here since', 'pool.recent': 'Latest facts', 'pool.all_facts': 'All in the journal',
  'pool.density_limit': 'limit {{limit}}', 'pool.fcr_means': 'feed given by weight gained, last year',
  'pools.sentence_one': '1 pool, {{seen}} seen today.', 'pools.sentence_other': '{{count}} pools, {{seen}} seen today.',
  'pools.bad_warn': '{{bad}} cannot wait, {{warn}} more have warnings.', 'pools.bad_one': '1 cannot wait.', 'pools.bad_other': '{{count}} cannot wait.',
  'pools.warn_one': '1 has warnings.', 'pools.warn_other': '{{count}} have warnings.', 'pools.well': 'None has a warning.',
  'site.new': 'New site',

  'act.more': 'Record', 'act.round': 'Seen', 'act.feed': 'Feed', 'act.death': 'Deaths', 'act.water': 'Water', 'act.move': 'Move', 'act.split': 'Split', 'act.grade_out': 'Grade out',
  'act.weigh': 'Weigh a sample', 'act.count': 'Count', 'act.treat': 'Treat', 'act.tag': 'Tag', 'act.measure': 'Measure', 'act.harvest': 'Harvest', 'act.stock': 'Stock', 'act.escape': 'Escape', 'act.retag': 'New tag',

  'form.when': 'When it happened', 'form.more_one': '1 more field', 'form.more_other': '{{count}} more fields', 'form.choose': 'Choose', 'form.unit_of': 'Unit of {{field}}', 'form.mean_is': 'That is {{mean}} a fish.',
  'form.tags_example': '15-digit tags, one a line', 'form.refused_means': 'Mend the form. If it truly happened so, it can be recorded all the same; the contradiction then shows as an exception.',
  'form.witnessed': 'It happened: record it', 'form.wrong.required': 'Fill this in.', 'form.wrong.number': 'Write a number, no finer than the unit allows.', 'form.wrong.whole': 'Write a whole number.',
  'form.wrong.tag': 'A tag has 15 digits.', 'form.wrong.day': 'Choose a day.',

  'fact.correction': 'correction', 'fact.withdrawal': 'withdrawal', 'fact.no_longer_holds': 'no longer holds', 'fact.because': 'Because: {{reason}}',
  'fact.told_later': 'told {{days}} days later, {{at}}', 'fact.correct_title': 'Correct: {{kind}}', 'fact.withdraw_title': 'Withdraw this fact?',
  'fact.withdraw_means': 'It stays in the journal, but no figure is made from it any more.', 'fact.reason': 'Reason', 'fact.reason_example': 'e.g. the scale was set to jin',
  'fact.withdrawn_by': 'Withdrawn by {{who}}, {{at}}: {{reason}}', 'fact.corrected_by': 'Corrected by {{who}}, {{at}}: {{reason}}', 'fact.withdrawn': 'Withdrawn.', 'fact.corrected': 'Corrected.', 'fact.recorded_ok': 'Recorded.', 'fact.versions': 'All versions of this fact', 'fact.recorded': 'Recorded {{at}}, number {{seq}}',

  'difference.sentence': 'Counted {{counted}} on {{at}}; the book expected {{expected}}.', 'difference.explain': 'Explain', 'difference.explain_title': 'Explain the difference in {{pool}}',
  'difference.counted': 'Counted', 'difference.expected': 'Expected', 'difference.agrees': 'agrees', 'difference.difference': 'Difference', 'difference.explained': 'Explained', 'difference.chance': 'Chance',
  'differences.sentence_one': '1 count contradicts the book, by {{fish}} fish. Say what happened.', 'differences.sentence_other': '{{count}} counts contradict the book, by {{fish}} fish. Say what happened.',
  'differences.none': 'Every count agrees with the book or has been explained.', 'differences.open_only': 'Open ones', 'differences.all': 'Explained ones too',

  'book.stocked': 'Stocked', 'book.moved_in': 'Moved in', 'book.moved_out': 'Moved out', 'book.dead': 'Dead', 'book.escaped': 'Escaped', 'book.harvested': 'Harvested',
  'book.adjusted': 'Differences explained', 'book.regrouped': 'Regrouped', 'book.shortfall': 'Found (left without having come)', 'book.heads': 'Fish in the book',

  'fish.find': 'Tag begins with', 'fish.none': 'No fish fits these filters.', 'fish.maturity': 'Maturity', 'fish.sentence_one': 'One tagged fish swims.', 'fish.sentence_other': '{{shown}} tagged fish swim.',
  'fish.found_one': 'One fish found.', 'fish.found_other': '{{shown}} fish found.', 'fish.found_more_one': 'One fish and more.', 'fish.found_more_other': 'The first {{shown}} fish found; scroll for more.',
  'fish.alive_sentence': '{{sex}} {{species}} of {{year}}, in {{pool}}, {{weight}}.', 'fish.ended_sentence': '{{sex}} {{species}} of {{year}}, {{how}} on {{day}}.', 'fish.sex_unknown': 'Unsexed',
  'fish.tags': 'Tags', 'fish.life': 'Life line', 'fish.life_words': '{{years}} years in {{pools}} stays, weighed {{weighings}} times; the curve is the model between weighings.',
  'fish.model': 'Model, 95 % interval', 'fish.weighed': 'Weighed', 'fish.weights': 'Weighings', 'fish.never_weighed': 'Never weighed by itself.', 'fish.places': 'Where it lived', 'fish.to_now': 'now',

  'cohort.new': 'New cohort', 'cohort.sentence_one': '{{species}} of {{year}}: {{heads}} fish in 1 pool, {{mean}} each.', 'cohort.sentence_other': '{{species}} of {{year}}: {{heads}} fish in {{count}} pools, {{mean}} each.', 'cohort.mean': 'Mean weight, 95 % interval', 'cohort.weighed': 'Sample weighed', 'cohort.hatched': 'Hatched {{day}}', 'cohort.curve': 'Weight and heads',
  'cohort.curve_words': 'Mean weight and heads from {{from}} to {{to}}, with {{weighings}} weighings.',
  'cohorts.sentence_one': '1 cohort.', 'cohorts.sentence_other': '{{count}} cohorts of {{species}} species.',

  'stock.sentence': 'On {{day}}: {{heads}} fish, {{mass}}.', 'stock.sentence_known': 'On {{day}}: {{heads}} fish, {{mass}}, as known on {{at}}.',
  'stock.bars_words_one': '{{name}} holds {{mass}}.', 'stock.bars_words_other': 'The heaviest {{count}} by biomass; {{name}} holds most, {{mass}}.', 'stock.by': 'Grouped by', 'stock.by_site': 'Site', 'stock.by_pool': 'Pool', 'stock.by_cohort': 'Cohort', 'stock.by_species': 'Species',
  'stock.conservation': 'In, out and left', 'stock.conservation_means': 'Fish in = fish out + dead + difference. The book adds up to the last line; the estimate above merges it with the counts.',

  'journal.sentence': '{{facts}} facts were told; the last by {{who}}, {{at}}.', 'journal.sentence_subject': 'The last fact about {{subject}} is of {{at}}, told by {{who}}.', 'journal.sentence_some': 'The facts that fit, newest first.',
  'journal.means': 'Nothing is ever changed here; a mistake is mended by a further fact.',
  'journal.subject': 'Pool or 15-digit tag', 'journal.none': 'No facts here.', 'journal.older': 'Older',

  'tasks.sentence_one': '1 refused fact needs a person.', 'tasks.sentence_other': '{{count}} refused facts need a person.', 'tasks.none': 'Nothing waits for a person.', 'tasks.title': 'Tasks', 'tasks.open_one': '1 open task', 'tasks.open_other': '{{count}} open tasks',
  'tasks.open_only': 'Open ones', 'tasks.all': 'Done ones too', 'tasks.done': 'Done', 'tasks.was_done': 'Done.', 'task.refused': 'Refused',

  'outbox.offline': 'No signal', 'outbox.pending_one': '1 to send', 'outbox.pending_other': '{{count}} to send', 'outbox.refused_one': '1 refused', 'outbox.refused_other': '{{count}} refused',
  'outbox.kept': 'No signal: kept on this device, sent when the server answers.', 'outbox.send_now': 'Send now', 'outbox.title': 'On this device', 'outbox.waits': 'waits for a signal', 'outbox.other_person': 'told by another person; sent when they sign in',
  'outbox.sentence_one': '1 fact waits on this device for a signal.', 'outbox.sentence_other': '{{count}} facts wait on this device for a signal.',
  'outbox.give_up': 'Give up', 'outbox.give_up_sure': 'Drop it from this device? The task at the server stays.',

  'round.sentence': '{{seen}} of {{pools}} pools seen; {{left}} to go.', 'round.done': 'All {{pools}} pools seen. The round is done.', 'round.seen': 'Seen', 'round.list': 'List', 'round.walk': 'Pools in walking order', 'round.day': 'Day of the round',
  'round.no_pools': 'No pools with fish at this site.', 'round.may_not': 'Your role may look, but not record.', 'round.waits': 'to send', 'round.waits_long': 'Recorded on this device; waits for a signal.',
  'round.before': 'Pool before', 'round.after': 'Next pool', 'round.seen_by': 'Seen {{at}} by {{who}}', 'round.deaths_n_one': '1 dead', 'round.deaths_n_other': '{{count}} dead', 'round.deaths': 'Number of dead',
  'round.no_deaths': 'None', 'round.fewer': 'One fewer', 'round.more_dead': 'One more', 'round.which_cause': 'Say what they died of.', 'round.which_cohort': 'Say which cohort.', 'round.as_planned': 'As planned',
  'round.no_feed': 'Not fed', 'round.water': 'Water', 'round.out_of_range': 'That cannot be. Check the figure.', 'round.note': 'Anything else seen?', 'round.save': 'Seen, next pool', 'round.save_day': 'Seen on {{day}}, next pool',

  'scan.sentence': 'Hold a fish to the reader, type a tag, or read a pool\'s label with the camera.', 'scan.field': 'Tag or pool', 'scan.open': 'Open', 'scan.camera': 'Read with the camera', 'scan.no_camera': 'The camera cannot be used. Allow it in the browser, or type the number.', 'scan.none': 'Nothing is called {{q}}.',

  'map.sentence_one': '1 site, {{pools}} pools.', 'map.sentence_other': '{{count}} sites, {{pools}} pools.',
  'map.map': 'Map', 'map.grid': 'List of pools', 'map.as': 'Show as', 'map.all': 'All sites', 'map.label': 'Map of sites; the same pools are in the list', 'map.no_place_one': '1 site has no place on the map yet.', 'map.no_place_other': '{{count}} sites have no place on the map yet.',

  'import.sentence': 'Bring spreadsheets as they are. Nothing is stored before you have seen what would happen.', 'import.sentence_files_one': '1 file: ready to take {{ready}}, to be mended {{stuck}}.', 'import.sentence_files_other': '{{count}} files: ready to take {{ready}}, to be mended {{stuck}}.', 'import.drop': 'Drop files here', 'import.choose': 'Choose files',
  'import.kinds': 'XLSX or CSV, with Chinese or English headings, jin or kg, several sheets. A file is taken whole or not at all; the same file twice changes nothing.',
  'import.done_one': '1 fact taken from {{file}}.', 'import.done_other': '{{count}} facts taken from {{file}}.', 'import.already': 'This file was taken before. Nothing happens.', 'import.stored_one': 'Taken: 1 fact.', 'import.stored_other': 'Taken: {{count}} facts.',
  'import.would_one': 'It would make 1 fact.', 'import.would_other': 'It would make {{count}} facts.', 'import.would_not_one': '1 row stops it. Mend it in the file or in the columns below.', 'import.would_not_other': '{{count}} rows stop it. Mend them in the file or in the columns below.',
  'import.weight': '', 'import.stops': 'Stops', 'import.note': 'Note', 'import.place': 'Place', 'import.problem': 'What is wrong, and the cure', 'import.problems': 'Problems of the file',
  'import.preview_one': 'The first fact', 'import.preview_other': 'The first {{count}} facts', 'import.do_one': 'Take 1 fact', 'import.do_other': 'Take {{count}} facts', 'import.try_again': 'Try with these columns', 'import.start': 'First day, if the file has no dates',
  'import.notes_one': '1 note', 'import.notes_other': '{{count}} notes', 'import.leave': 'Leave this file out', 'import.the_sheet': 'The sheet', 'import.rows_one': '1 row', 'import.rows_other': '{{count}} rows', 'import.layout': 'What the sheet records', 'import.columns_one': '1 column used', 'import.columns_other': '{{count}} columns used', 'import.columns_of': 'Columns of {{sheet}}',
  'import.unused': 'not used', 'import.unit': 'unit', 'import.field_of': 'Meaning of {{column}}', 'import.unit_of': 'Unit of {{column}}', 'import.history': 'Taken so far', 'import.no_history': 'No files yet.', 'import.file': 'File', 'import.facts': 'Facts',

  'people.sentence_one': '1 person may sign in.', 'people.sentence_other': '{{count}} people may sign in.', 'people.keys_count_one': '1 device has a key.', 'people.keys_count_other': '{{count}} devices have keys.', 'people.people': 'People', 'people.roles': 'Roles', 'people.keys': 'Keys', 'people.audit': 'Audit', 'people.new': 'New person', 'people.inactive': 'may not sign in', 'people.active': 'May sign in',
  'people.login': 'Login name', 'people.last_seen': 'Last seen', 'people.role': 'Role', 'people.everywhere': 'Everywhere', 'people.role_away': 'Take this role away', 'people.role_more': 'Add a role', 'people.new_password': 'New password (empty: keep)', 'people.saved': 'Saved.', 'people.may': 'may', 'people.may_not': 'may not',
  'people.made': 'Made', 'people.last_used': 'Last used', 'people.key_away': 'Take away', 'people.key_away_sure': 'Devices with this key stop working at once.', 'people.key_new': 'New key', 'people.key_make': 'Make the key', 'people.key_once': 'Copy it now. It is shown only this once.', 'people.no_keys': 'No keys yet.',
  'people.person': 'Person', 'people.what': 'What', 'people.code': 'Code', 'people.detail': 'Detail', 'people.remote': 'From', 'people.no_audit': 'Nothing yet.',
  'permission.view': 'Look', 'permission.record': 'Record', 'permission.mend': 'Mend others\' facts', 'permission.import': 'Import', 'permission.manage': 'Sites, pools, people', 'permission.audit': 'Audit',
  'role.owner': 'Owner', 'role.manager': 'Manager', 'role.worker': 'Worker', 'role.breeder': 'Breeder', 'role.plant': 'Plant', 'role.sales': 'Sales', 'role.auditor': 'Auditor',

  'jobs.sentence_one': '1 job is going.', 'jobs.sentence_other': '{{count}} jobs are going.', 'jobs.none_going': 'No job is going.', 'jobs.facts': '{{facts}} facts agree', 'jobs.none': 'No jobs yet. Long work shows here with its progress.',
  'job_state.queued': 'Waits', 'job_state.running': 'Running', 'job_state.done': 'Done', 'job_state.failed': 'Failed', 'job_state.cancelled': 'Cancelled', 'job.verify': 'Check the journal', 'job.rebuild': 'Rebuild the figures', 'job.backup': 'Back up', 'job.import': 'Import',

  'surveys.sentence': '{{series}}: about {{heads}} fish, from {{samples}} samples of marks and recaptures.', 'surveys.ages_sentence_one': 'Ages read in 1 year.', 'surveys.ages_sentence_other': 'Ages read in {{count}} years.', 'surveys.none': 'No surveys yet.', 'surveys.how': 'Import a sheet of ages by year, or of marks and recaptures, to see it here.',
  'surveys.recapture': 'Mark and recapture', 'surveys.samples': 'Samples', 'surveys.estimate': 'Fish', 'surveys.ages': 'Ages', 'surveys.ages_words': '{{fish}} fish of {{series}} by age, over {{years}} years.',

  'growth.sentence_one': '1 coefficient can be fitted from your own weighings; {{apart}} differ from what is used.', 'growth.sentence_other': '{{count}} coefficients can be fitted from your own weighings; {{apart}} differ from what is used.', 'growth.none': 'Not enough weighings yet to fit growth; the pack\'s values are used.',
  'growth.means': 'Thermal growth coefficient × 1000: growth of the cube root of weight (g) in a thousand degree-days. Fitted values with 95 % interval.', 'growth.pack': 'Pack', 'growth.used': 'Used', 'growth.fitted': 'From own weighings', 'growth.weighings': 'Weighings', 'growth.picture': 'Against what is used', 'growth.adopt': 'Adopt', 'growth.adopt_sure': 'Use the fitted value from now on? Every weight is worked out anew.', 'growth.adopted': 'Adopted.',

  'settings.sentence': 'How Osetra looks on this device.', 'settings.language': 'Language', 'settings.theme': 'Light or dark', 'settings.system': 'As the system', 'settings.light': 'Light', 'settings.dark': 'Dark', 'settings.mass': 'Weights', 'settings.metric': 'g, kg, t', 'settings.jin': '斤 (jin), t',
  'settings.mass_means': 'Everything is stored in whole milligrams; this changes only what is shown and offered in forms.', 'settings.password': 'Your password', 'settings.new_password': 'New password', 'settings.keys': 'Keys', 'settings.key_search': 'search from anywhere', 'settings.key_move': 'walk through the page, open', 'settings.key_rows': 'walk through a table', 'settings.key_close': 'close a panel',

  'not_yours.title': 'Not for your role', 'not_yours.sentence': 'Your role may not see this page. A manager can change that.',
  'missing.title': 'No such page', 'missing.sentence': 'The address is wrong or the page has gone.',

  'exception.density_high': '{{pool}} holds {{value}} kg/m³; {{limit}} is the limit for this stage.', 'exception.water_warm': '{{pool}} is at {{value}} °C; the limit is {{limit}} °C.', 'exception.water_cold': '{{pool}} is at {{value}} °C; the limit is {{limit}} °C.',
  'exception.oxygen_low': '{{pool}} has {{value}} % of oxygen saturation; {{limit}} % is the alarm.', 'exception.fish_found': '{{value}} fish of {{pool}} left without ever having been told to come. A stocking or move is missing.',
  'exception.difference_open': '{{pool}}: a count differs from the book by {{value}}; explain it.', 'exception.not_seen': 'Nobody has told of {{pool}} for {{value}} days.',
  'exception_short.density_high': 'too dense', 'exception_short.water_warm': 'too warm', 'exception_short.water_cold': 'too cold', 'exception_short.oxygen_low': 'low oxygen', 'exception_short.fish_found': 'missing stocking', 'exception_short.difference_open': 'difference', 'exception_short.not_seen': 'not seen',

  'kind.site': 'Site', 'kind.pool': 'Pool', 'kind.cohort': 'Cohort', 'kind.stock': 'Stocking', 'kind.move': 'Move', 'kind.regroup': 'Regroup', 'kind.tag': 'Tag', 'kind.death': 'Deaths', 'kind.escape': 'Escape', 'kind.harvest': 'Harvest', 'kind.weigh': 'Weighing', 'kind.measure': 'Measuring',
  'kind.retag': 'New tag', 'kind.count': 'Count', 'kind.adjust': 'Difference explained', 'kind.feed': 'Feed', 'kind.treat': 'Treatment', 'kind.water': 'Water', 'kind.round': 'Round', 'kind.growth': 'Growth coefficient', 'kind.ages': 'Ages read', 'kind.recapture': 'Recapture',

  'field.site': 'Site', 'field.name': 'Name', 'field.province': 'Province', 'field.water_source': 'Water source', 'field.licence': 'Licence', 'field.latitude': 'Latitude, °', 'field.longitude': 'Longitude, °', 'field.pool': 'Pool', 'field.pool_kind': 'Kind', 'field.volume_ml': 'Volume', 'field.area_cm2': 'Water surface',
  'field.flow_ml_s': 'Flow', 'field.walk_order': 'Place in the round', 'field.outline': 'Outline (lon lat, lon lat, …)', 'field.closed': 'Closed', 'field.cohort': 'Cohort', 'field.species': 'Species', 'field.year_class': 'Year class', 'field.hatched_on': 'Hatched on', 'field.origin': 'Origin', 'field.heads': 'Number of fish',
  'field.mean_mg': 'Mean weight', 'field.sd_mg': 'Standard deviation', 'field.method': 'Method', 'field.source': 'From whom', 'field.from': 'From pool', 'field.to': 'To pool', 'field.fish': 'Fish (tag)', 'field.reason': 'Reason', 'field.to_cohort': 'To cohort', 'field.weight_mg': 'Weight', 'field.length_mm': 'Length', 'field.sex': 'Sex',
  'field.newly_stocked': 'Bought with the tag in', 'field.cause': 'Cause', 'field.note': 'Note', 'field.total_mg': 'Weight together', 'field.purpose': 'Purpose', 'field.stage': 'Stage', 'field.health': 'Health', 'field.new_tag': 'New tag', 'field.low': 'At least (95 %)', 'field.high': 'At most (95 %)', 'field.about': 'About the count',
  'field.feed_mg': 'Feed', 'field.feed': 'Feed product or lot', 'field.product': 'Product', 'field.withdrawal_days': 'Withdrawal, days', 'field.dose': 'Dose', 'field.temperature_mc': 'Temperature', 'field.oxygen_ug_l': 'Dissolved oxygen', 'field.ph_milli': 'pH', 'field.ammonia_ug_l': 'Ammonia (total)', 'field.turbidity_milli_ntu': 'Turbidity', 'field.deaths': 'Deaths',
  'field.tgc_micro': 'TGC × 1000', 'field.se_micro': 'Standard error', 'field.weighings': 'Weighings', 'field.series': 'Survey', 'field.year': 'Year', 'field.age_years': 'Age, years', 'field.sample': 'Sample', 'field.caught': 'Caught', 'field.recaptured': 'Recaptured', 'field.returned_marked': 'Returned marked', 'field.at': 'When', 'field.author': 'Told by',

  'pool_kind.pool': 'Pond', 'pool_kind.tank': 'Tank', 'pool_kind.cage': 'Cage', 'pool_kind.raceway': 'Raceway', 'pool_kind.tray': 'Tray',
  'count_method.hand': 'By hand', 'count_method.scan': 'Every tag scanned', 'count_method.camera': 'Camera', 'count_method.by_weight': 'By weight', 'count_method.counted': 'Counted', 'count_method.estimated': 'Estimated',
  'move_reason.transfer': 'transfer', 'move_reason.split': 'split', 'move_reason.grade_out': 'grade out', 'move_reason.merge': 'merge', 'purpose.roe': 'Roe', 'purpose.meat': 'Meat', 'purpose.sale': 'Live sale',
  'sex.female': 'Female', 'sex.male': 'Male', 'sex.unknown': 'Unknown', 'fish_state.alive': 'alive', 'fish_state.dead': 'died', 'fish_state.harvested': 'harvested', 'fish_state.escaped': 'escaped', 'fish_state.not_yet': 'not yet tagged',

  'layout.sites': 'Sites', 'layout.pools': 'Pools', 'layout.cohorts': 'Cohorts', 'layout.stock': 'Stockings', 'layout.opening': 'Opening balance', 'layout.regroup': 'Regrouping', 'layout.move': 'Moves', 'layout.tag': 'Tagging', 'layout.retag': 'New tags', 'layout.death': 'Deaths', 'layout.escape': 'Escapes', 'layout.harvest': 'Harvests', 'layout.weigh': 'Sample weighings', 'layout.measure': 'Single fish measured',
  'layout.count': 'Counts', 'layout.feed': 'Feed', 'layout.feed_per_fish': 'Feed for one fish and day', 'layout.treat': 'Treatments', 'layout.water': 'Water', 'layout.round': 'Daily rounds', 'layout.trial_weight': 'Trial: weights', 'layout.trial_rearing': 'Trial: feed and temperature', 'layout.population': 'Seeding and mortality', 'layout.management': 'Later seeding and harvest', 'layout.recapture': 'Mark and recapture', 'layout.ages': 'Ages read', 'layout.ignore': 'Leave this sheet out',

  'column.pool': 'Pool', 'column.from': 'From pool', 'column.to': 'To pool', 'column.pool_kind': 'Kind of pool', 'column.site': 'Site', 'column.name': 'Name', 'column.province': 'Province', 'column.water_source': 'Water source', 'column.licence': 'Licence', 'column.latitude': 'Latitude', 'column.longitude': 'Longitude', 'column.volume': 'Volume', 'column.area': 'Area', 'column.depth': 'Depth', 'column.flow': 'Flow', 'column.walk_order': 'Place in the round',
  'column.date': 'Date', 'column.time': 'Time', 'column.cohort': 'Cohort', 'column.to_cohort': 'To cohort', 'column.species': 'Species', 'column.year_class': 'Year class', 'column.hatched': 'Hatched', 'column.heads': 'Number of fish', 'column.mean': 'Mean weight', 'column.total': 'Total weight', 'column.weight': 'Weight of the fish', 'column.sd': 'Standard deviation', 'column.deaths': 'Deaths', 'column.cause': 'Cause', 'column.reason': 'Reason', 'column.tag': 'Tag', 'column.new_tag': 'New tag', 'column.length': 'Length', 'column.sex': 'Sex', 'column.stage': 'Maturity', 'column.health': 'Health',
  'column.method': 'Method', 'column.low': 'At least', 'column.high': 'At most', 'column.feed': 'Feed', 'column.feed_name': 'Feed product', 'column.temperature': 'Temperature', 'column.oxygen': 'Oxygen', 'column.ph': 'pH', 'column.ammonia': 'Ammonia', 'column.turbidity': 'Turbidity', 'column.product': 'Medicine', 'column.dose': 'Dose', 'column.withdrawal': 'Withdrawal', 'column.purpose': 'Purpose', 'column.source': 'From whom', 'column.note': 'Note', 'column.action': 'Action', 'column.group': 'Group',
  'column.heads_start': 'Fish at the start', 'column.total_start': 'Weight at the start', 'column.mean_start': 'Mean at the start', 'column.duration': 'Duration', 'column.sample': 'Sample', 'column.recaptured': 'Recaptured', 'column.year': 'Year', 'column.quantity': 'Quantity',

  'audit.sign_in': 'Signed in', 'audit.sign_in_refused': 'Sign-in refused', 'audit.sign_out': 'Signed out', 'audit.refused': 'Refused',
} as const
