'use strict';
// The built-in status page: what is open, who is where, what happens. Reads the public API and its feed.
const $ = (id) => document.getElementById(id);
const STATUS = {
  reported: '已接报', confirmed: '已核实', responding: '处置中', contained: '已控制', closed: '已办结',
  issued: '已下达', delivered: '已送达', acknowledged: '已签收', en_route: '途中', on_scene: '到场', working: '作业中',
  to_destination: '转送中', at_destination: '已到目的地', released: '已解除', returned: '已归建', declined: '已拒收', cancelled: '已撤销',
  available: '待命', committed: '出动中', off_duty: '下勤', out_of_service: '停用',
};
// Words that a centre uses for kinds and capabilities are its own; the usual ones are shown in Chinese.
const WORD = {
  fire: '火灾', flood: '洪涝', landslide: '滑坡', traffic: '交通事故', hazmat: '危险化学品', medical: '医疗', forest_fire: '森林火灾',
  rescue: '搜救', pump: '排水', evacuation: '转移', drone: '无人机', boat: '舟艇', ambulance: '救护', excavator: '挖掘机',
};
const word = (name) => WORD[name] ?? name;
let feed = null;
let pending = null;

async function get(path) {
  const answer = await fetch('/api/v1' + path, { headers: { Accept: 'application/json' } });
  if (answer.status === 401) { show(false); throw new Error('signed out'); }
  return answer.json();
}
function row(cells) {
  const tr = document.createElement('tr');
  for (const cell of cells) {
    const td = document.createElement('td');
    td.textContent = cell.text ?? cell;
    if (cell.className) td.className = cell.className;
    tr.append(td);
  }
  return tr;
}
const clock = (text) => (text ? text.slice(11, 19) : '');
const minutes = (seconds) => `${Math.max(1, Math.round(seconds / 60))} 分`;

async function refresh() {
  const [incidents, teams, orders] = await Promise.all([
    get('/incidents?order=desc&limit=100'), get('/teams?limit=500'), get('/orders?order=desc&limit=100')]);
  const names = new Map(teams.items.map((team) => [team.id, team.name]));
  $('incident-count').textContent = incidents.items.filter((i) => i.status !== 'closed').length;
  $('team-count').textContent = `${teams.items.filter((t) => t.state === 'available').length} / ${teams.items.length}`;
  $('incidents').replaceChildren(...incidents.items.map((i) => row([
    i.id, word(i.kind), STATUS[i.status] ?? i.status, { text: i.address || i.title, className: 'wrap' }, i.orders.length, clock(i.opened_at)])));
  $('teams').replaceChildren(...teams.items.map((t) => row([
    t.id, t.name, STATUS[t.state] ?? t.state,
    { text: t.capabilities.map((c) => `${word(c.capability)}×${c.quantity}`).join(' '), className: 'wrap' },
    t.position ? minutes(t.position.age_s) + '前' : '驻地'])));
  $('orders').replaceChildren(...orders.items.map((o) => row([
    o.id, o.incident, names.get(o.team) ?? o.team,
    { text: (STATUS[o.status] ?? o.status) + (o.acknowledgement_overdue ? ' 超时未签收' : ''), className: o.acknowledgement_overdue ? 'late' : '' },
    o.estimate.basis === 'unknown' ? '—' : minutes(o.estimate.eta_s)])));
}
// Many events may come at once; one reading a second shows them all.
function soon() { if (!pending) pending = setTimeout(() => { pending = null; refresh().catch(() => {}); }, 700); }

function note(event) {
  const data = JSON.parse(event.data);
  const li = document.createElement('li');
  li.textContent = `${clock(data.time)}  #${data.sequence}  ${data.type.replace('fenghuo.', '')}  ${data.data.order ?? data.data.incident ?? data.data.report ?? data.data.team ?? ''}`;
  $('log').prepend(li);
  while ($('log').children.length > 200) $('log').lastChild.remove();
  soon();
}
const TYPES = ['report_received', 'report_attached', 'report_detached', 'report_dismissed', 'incident_opened', 'incident_updated',
  'incident_status_set', 'incident_closed', 'incident_merged', 'note_added', 'team_registered', 'team_updated',
  'team_availability_set', 'order_issued', 'order_status_set', 'order_cancelled', 'acknowledgement_overdue', 'road_closed',
  'closure_began', 'closure_lifted', 'closure_expired', 'route_blocked'];
function listen(asOf) {
  feed?.close();
  feed = new EventSource(`/api/v1/events?after=${Math.max(0, asOf - 60)}`);
  feed.onopen = () => { $('lamp').className = 'on'; $('lamp').textContent = '实时 / live'; soon(); };
  feed.onerror = () => { $('lamp').className = 'off'; $('lamp').textContent = '连接中断，正在重连 / reconnecting'; };
  for (const type of TYPES) feed.addEventListener(type, note);
  feed.addEventListener('positions', soon);
}
function show(signedIn) {
  $('login').hidden = signedIn; $('board').hidden = !signedIn; $('logout').hidden = !signedIn;
  if (!signedIn) { feed?.close(); feed = null; }
}
async function begin() {
  const who = await fetch('/api/v1/session');
  show(who.ok);
  if (!who.ok) return;
  const center = await get('/center');
  $('jurisdiction').textContent = center.jurisdiction;
  await refresh();
  listen(center.as_of);
}
$('login').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const answer = await fetch('/api/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ account: form.get('account'), password: form.get('password') }) });
  if (!answer.ok) { $('problem').textContent = (await answer.json()).title; return; }
  $('problem').textContent = '';
  event.target.reset();
  begin();
});
$('logout').addEventListener('click', async () => { await fetch('/api/v1/session', { method: 'DELETE' }); show(false); });
begin();
