#!/usr/bin/env python3
"""One incident from report to close, played through the public API of a running centre and told line by line.

Needs nothing but the Python standard library. Started by ./run against the demo county.
"""
import argparse
import http.client
import json
import ssl
import subprocess
import sys
import time
import uuid

WORD = {'rescue': '搜救', 'medical': '医疗'}


def say(text='', pause=0.0):
    print(text, flush=True)
    time.sleep(pause)


class Centre:
    """The public API with a token."""

    def __init__(self, address, token, ca=None):
        self.host, self.token = address, token
        self.trust = ssl.create_default_context(cafile=ca) if ca else None

    def connection(self):
        if self.trust is None:
            return http.client.HTTPConnection(self.host, timeout=30)
        return http.client.HTTPSConnection(self.host, timeout=30, context=self.trust)

    def call(self, method, path, body=None, if_match=None):
        connection = self.connection()
        headers = {'Authorization': 'Bearer ' + self.token, 'Idempotency-Key': str(uuid.uuid4())}
        if body is not None:
            headers['Content-Type'] = 'application/json'
        if if_match is not None:
            headers['If-Match'] = f'"{if_match}"'
        connection.request(method, '/api/v1' + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        data = json.loads(text) if text else {}
        if answer.status >= 400:
            raise SystemExit(f'{method} {path}: {answer.status} {data.get("title")} {data.get("detail")}')
        return data

    def get(self, path):
        return self.call('GET', path)

    def post(self, path, body, if_match=None):
        return self.call('POST', path, body, if_match)

    def everything(self, path):
        items, cursor = [], ''
        while cursor is not None:
            page = self.get(f'{path}{"&" if "?" in path else "?"}limit=500&cursor={cursor}')
            items += page['items']
            cursor = page['next_cursor']
        return items


def minutes(seconds):
    return f'{seconds / 60:.0f} 分钟' if seconds >= 90 else f'{seconds:.0f} 秒'


def clock(text):
    return text[11:19]


def point(place):
    return place['location']['coordinates']


def register_teams(centre):
    """The county's teams; where nobody has brought a workbook, some at the map's facilities."""
    known = {team['id']: team for team in centre.everything('/teams')}
    if known:
        return known
    wanted = []
    facilities = centre.everything('/map-facilities')
    for place in [f for f in facilities if f['kind'] == 'fire_station'][:8]:
        wanted.append(dict(name=place['name'], tier='professional', force='external', organization='消防救援大队',
                           capabilities=[dict(capability='rescue', quantity=1), dict(capability='pump', quantity=1)],
                           vehicles=[dict(name='抢险车', profile='heavy' if '站' in place['name'] else 'light')], turnout_s=60, members=7, home=place['location']))
    for place in [f for f in facilities if f['kind'] == 'hospital'][:4]:
        wanted.append(dict(name=place['name'] + '急救组', tier='city', force='external', organization='120 急救中心',
                           capabilities=[dict(capability='medical', quantity=1)],
                           vehicles=[dict(name='救护车', profile='light')], turnout_s=120, members=3, home=place['location']))
    for place in [f for f in facilities if f['kind'] == 'town_hall'][:16]:
        wanted.append(dict(name=place['name'].replace('人民政府', '') + '应急分队', tier='township', force='own',
                           capabilities=[dict(capability='rescue', quantity=1), dict(capability='evacuation', quantity=1)],
                           vehicles=[dict(name='皮卡', profile='offroad')], turnout_s=300, members=12, home=place['location']))
    wanted.append(dict(name='县蓝天志愿救援队', tier='volunteer', force='own',
                       capabilities=[dict(capability='rescue', quantity=1), dict(capability='drone', quantity=1)],
                       vehicles=[dict(name='越野车', profile='offroad')], turnout_s=1200, members=9,
                       home=(wanted[-1] if wanted else {}).get('home')))
    for team in wanted:
        if team['home'] is not None:
            centre.post('/teams', team)
    return {team['id']: team for team in centre.everything('/teams')}


def choose_village(centre, teams):
    """A village in the hills: the one that the first team needs longest to reach, of a sample."""
    villages = [p for p in centre.everything('/places') if p['kind'] in ('village', 'hamlet')]
    sample = villages[:: max(1, len(villages) // 60)]
    origin = next(team for team in teams.values() if team['home'])['home']['coordinates']
    table = centre.post('/matrix', dict(origins=[origin], destinations=[point(v) for v in sample], profile='heavy'))
    reachable = [(seconds, i) for i, seconds in enumerate(table['durations_s'][0]) if seconds is not None]
    reachable.sort()
    return sample[reachable[len(reachable) * 3 // 4][1]]


def profile_of(team):
    return team['vehicles'][0]['profile'] if team['vehicles'] else 'foot'


def fill(arguments):
    """The county's people, places and teams, as an office brings them: one workbook, tried first."""
    def fenghuo(*words):
        done = subprocess.run([arguments.program, *words, '--data', arguments.data], capture_output=True, text=True)
        say(f'  $ fenghuo {" ".join(words)}')
        say('\n'.join('    ' + line for line in (done.stdout + done.stderr).splitlines()[:14]), arguments.pause)
        return done.returncode == 0
    say('\n县基础数据 county workbook')
    if fenghuo('import', arguments.workbook, '--dry-run'):
        fenghuo('import', arguments.workbook)
    fenghuo('readiness')


def show(recommendation):
    for team in recommendation['teams']:
        reasons = team['reasons']
        basis = {'road_network': '路网', 'straight_line': '直线估算', 'stated': '村情卡'}[team['basis']]
        assumed = reasons['speed_assumed_permille'] / 10
        say(f'    → {team["name"]}  补 {WORD[team["covers"]]}  {minutes(team["eta_s"])}到场（出动 {minutes(reasons["turnout_s"])}'
            f' + 行驶 {minutes(reasons["travel_s"])}，{team["distance_m"] / 1000:.1f} km，{basis}'
            + (f'，其中 {assumed:.0f}% 路段车速为推定' if assumed else '') + '）')
    for team in recommendation['alternatives'][:2]:
        say(f'      备选 {team["name"]}  {minutes(team["eta_s"])}')
    for need in recommendation['unmet']:
        say(f'      缺 {WORD[need["capability"]]} ×{need["quantity"]}')
    reasons = {}
    for look in recommendation['looked_at']:
        reasons[look['why_not']] = reasons.get(look['why_not'], 0) + 1
    words = dict(lacks_capability='无此能力', on_order='正在出动', off_duty='下勤', out_of_service='停用',
                 no_position='位置不明', unreachable='道路不通')
    if reasons:
        say('      未选 ' + '，'.join(f'{words[name]} {count} 支' for name, count in reasons.items()))


def close_road_ahead(centre, recommendation, teams, incident):
    """Closes the road of the first team half way, as a slide would."""
    first = recommendation['teams'][0]
    home = teams[first['team']]['home']['coordinates']
    target = incident['location']['coordinates']
    way = centre.get(f'/route?from={home[0]},{home[1]}&to={target[0]},{target[1]}&profile='
                     + profile_of(teams[first['team']]))
    line = way['geometry']['coordinates']
    middle = line[len(line) // 2 : len(line) // 2 + 2]
    if len(middle) < 2:
        return None
    return centre.post('/closures', dict(name='塌方路段', reason='山体滑坡阻断', means='phone', said_by='路政巡查',
                                         geometry=dict(type='LineString', coordinates=middle)))


def drive(centre, order, team, incident, pause):
    """Tells a team's way as its radio and its device would."""
    def status(name, means, by):
        revision = centre.get('/orders/' + order['order'])['revision']
        centre.post(f'/orders/{order["order"]}/status', dict(status=name, means=means, said_by=by), revision)
    status('acknowledged', 'phone', team['name'] + ' 值班员')
    status('en_route', 'radio', team['name'])
    home, target = team['home']['coordinates'], incident['location']['coordinates']
    way = centre.get(f'/route?from={home[0]},{home[1]}&to={target[0]},{target[1]}&profile={profile_of(team)}')
    line = way['geometry']['coordinates'] if way['reachable'] else [home, target]
    for step in range(1, 6):
        at = line[min(len(line) - 1, step * len(line) // 5)]
        centre.post('/positions', dict(positions=[dict(team=team['id'], location=dict(type='Point', coordinates=at))]))
        time.sleep(pause / 5)
    status('on_scene', 'radio', team['name'])


def tell(centre, arguments):
    info = centre.get('/center')
    say(f'\n烽火 · {info["jurisdiction"]} 应急指挥中心  ({info["region"]["nodes"]} 个路口)', arguments.pause)
    teams = register_teams(centre)
    own = sum(team['force'] == 'own' for team in teams.values())
    say(f'队伍 {len(teams)} 支：本级 {own} 支（下达调度令），消防、急救 {len(teams) - own} 支（商请）')
    village = choose_village(centre, teams)

    say('\n① 接报 report', arguments.pause)
    report = centre.post('/reports', dict(channel='phone', caller='村支书', kind='landslide', address=village['name'],
                                          text=f'{village["name"]}后山滑坡，两户房屋被埋，有人被困',
                                          location=village['location']))['report']
    say(f'    {clock(report["received_at"])} {report["id"]}  {report["text"]}')
    second = centre.post('/reports', dict(channel='110', kind='landslide', address=village['name'],
                                          text=f'{village["name"]}滑坡埋了房子，快来人', location=village['location']))['report']
    best = second['suggestions'][0] if second['suggestions'] else None
    say(f'    {clock(second["received_at"])} {second["id"]}  {second["text"]}'
        + (f'（疑似重复 {best["report"]}，{best["score_permille"] / 10:.0f} 分）' if best else ''))

    say('\n② 立案 incident', arguments.pause)
    incident = centre.post('/incidents', dict(report=report['id'], severity='III', casualties=dict(trapped=3),
                                              needs=[dict(capability='rescue', quantity=2), dict(capability='medical', quantity=1)]))['incident']
    revision = centre.get('/reports/' + second['id'])['revision']
    centre.post(f'/reports/{second["id"]}/attach', dict(incident=incident['id']), revision)
    say(f'    {incident["id"]} 较大 滑坡 {village["name"]}，需要 搜救×2 医疗×1；{second["id"]} 已归并')

    say('\n③ 推荐 recommendation', arguments.pause)
    recommendation = centre.get(f'/incidents/{incident["id"]}/recommendation')
    show(recommendation)

    say('\n④ 道路阻断 closure', arguments.pause)
    closure = close_road_ahead(centre, recommendation, teams, incident)
    if closure:
        say(f'    {closure["closure"]["id"]} {closure["closure"]["name"]}，{closure["arcs_closed"]} 段路停用；重新计算：')
        recommendation = centre.get(f'/incidents/{incident["id"]}/recommendation')
        show(recommendation)

    say('\n⑤ 调度 orders', arguments.pause)
    orders = centre.post(f'/incidents/{incident["id"]}/orders',
                         dict(items=[dict(team=team['team'], instruction=f'赶赴{village["name"]}搜救被困群众')
                                     for team in recommendation['teams']]))['orders']
    for order in orders:
        word = '商请' if order['kind'] == 'request' else '调度令'
        say(f'    {order["order"]} {word} → {teams[order["team"]]["name"]}  预计 {minutes(order["estimate"]["eta_s"])}到场')

    say('\n⑥ 行动 on the way', arguments.pause)
    for order in orders:
        team = teams[order['team']]
        drive(centre, order, team, incident, arguments.pause)
        say(f'    {team["name"]}：电话签收 → 途中 → 到场（电台报告）')

    say('\n⑦ 办结 close', arguments.pause)
    for order in orders:
        for status in ('released', 'returned'):
            revision = centre.get('/orders/' + order['order'])['revision']
            centre.post(f'/orders/{order["order"]}/status', dict(status=status, means='radio', said_by=teams[order['team']]['name']), revision)
    if closure:
        revision = centre.get('/closures/' + closure['closure']['id'])['revision']
        centre.post(f'/closures/{closure["closure"]["id"]}/lift', dict(reason='便道抢通'), revision)
    revision = centre.get('/incidents/' + incident['id'])['revision']
    centre.post(f'/incidents/{incident["id"]}/close', dict(outcome='3 名被困人员全部救出，转移群众 21 人'), revision)
    timeline = centre.get(f'/incidents/{incident["id"]}/timeline')
    say(f'    {incident["id"]} 已办结，过程共 {len(timeline["items"])} 条记录')


def wait_for(path, pid, seconds=60):
    """Until the centre's socket is there; the process may end before."""
    import os
    for _ in range(seconds * 10):
        if os.path.exists(path):
            return
        try:
            os.kill(pid, 0)
        except OSError:
            sys.exit(1)
        time.sleep(0.1)
    sys.exit('the centre did not start')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--program', required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--pid', type=int, required=True, help='process of the centre')
    parser.add_argument('--address', default='127.0.0.1:8080')
    parser.add_argument('--ca', help='ca.crt of `fenghuo tls init`, where the centre speaks TLS')
    parser.add_argument('--workbook', help='county workbook to read in first')
    parser.add_argument('--pause', type=float, default=1.0, help='seconds between the steps')
    arguments = parser.parse_args()
    wait_for(arguments.data + '/admin.sock', arguments.pid)
    if arguments.workbook:
        fill(arguments)
    made = subprocess.run([arguments.program, 'token', 'create', 'admin', '--label', 'first incident', '--data', arguments.data, '--json'],
                          check=True, capture_output=True, text=True)
    token = json.loads(made.stdout)
    try:
        tell(Centre(arguments.address, token['token'], arguments.ca), arguments)
    finally:
        subprocess.run([arguments.program, 'token', 'revoke', token['id'], '--data', arguments.data], check=False)
    say('\n⑧ 核验 journal verified', arguments.pause)
    verified = subprocess.run([arguments.program, 'journal', 'verify', '--data', arguments.data], capture_output=True, text=True)
    say('    ' + (verified.stdout or verified.stderr).strip())
    say(f'\n打开 open  {"https" if arguments.ca else "http"}://{arguments.address}/   （忘记密码 lost the password: {arguments.program} user passwd admin --data {arguments.data}）')
    sys.exit(verified.returncode)


if __name__ == '__main__':
    main()
