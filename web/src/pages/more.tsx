import { useDoors, useOpenTasks } from '../frame'
import { t } from '../i18n'
import { Link } from '../router'
import { useSession } from '../data'
import { Icon } from '../ui/icons'

/// Everything that has no place in the phone's bottom bar.
export default function More() {
  const groups = useDoors()
  const tasks = useOpenTasks()
  const me = useSession()
  return (
    <>
      <h1 className="more_title">{me.enterprise_name}</h1>
      {groups.map((group, i) => (
        <ul key={i} className="more_list">
          {group.filter(d => d.to !== '/').map(d => (
            <li key={d.to}><Link to={d.to}><Icon name={d.icon} size={24} /><span>{t(d.key)}</span>{d.to === '/tasks' && tasks > 0 && <span className="pip num">{tasks}</span>}<Icon name="right" size={18} /></Link></li>
          ))}
        </ul>
      ))}
    </>
  )
}
