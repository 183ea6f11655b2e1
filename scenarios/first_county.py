#!/usr/bin/env python3
"""From an empty centre to the first dispatched incident: what a county does in its first sitting, step by step.

Everything goes through the command line and the public API; nothing is there before. Needs nothing but the Python
standard library:

    python3 scenarios/first_county.py --program build/release/fenghuo --region data/demo-region

Read it from `def main` on as a manual; run it to see the answers.
"""
import argparse
import functools
import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import tempfile
import time
import uuid


print = functools.partial(print, flush=True)  # in step with what the program itself says


class Sitting:
    """A data folder, the program, and who is signed in."""

    def __init__(self, program, folder):
        self.program, self.data = program, folder / 'centre'
        self.address, self.server, self.tokens = '', None, {}

    def fenghuo(self, *words, may_fail=False, quiet=False):
        """One line of the command line, on this data folder."""
        done = subprocess.run([self.program, *map(str, words), '--data', str(self.data)], capture_output=True, text=True)
        print('\n$ fenghuo ' + ' '.join(map(str, words)))
        if not quiet:
            for line in (done.stdout + done.stderr).splitlines()[:24]:
                print('  ' + line)
        if done.returncode != 0 and not may_fail:
            raise SystemExit(f'that ended with {done.returncode}')
        return done

    def serve(self, region, jurisdiction):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.address = f'127.0.0.1:{probe.getsockname()[1]}'
        print(f'\n$ fenghuo serve --tls --listen {self.address} &')
        self.server = subprocess.Popen(
            [self.program, 'serve', '--tls', '--data', str(self.data), '--region', str(region), '--listen', self.address,
             '--health-listen', '', '--jurisdiction', jurisdiction],
            stderr=subprocess.PIPE, text=True)
        for line in self.server.stderr:  # the first password is shown once, here
            print('  ' + line.rstrip())
            if '密码' in line or 'password' in line:
                break

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait(30)

    def sign_in(self, account):
        made = self.fenghuo('token', 'create', account, '--label', 'first sitting', '--json', quiet=True)
        self.tokens[account] = json.loads(made.stdout)['token']

    def api(self, account, method, path, body=None, of=None):
        """One call as an account. `of`: the object's revision is read first and given back as If-Match."""
        trust = ssl.create_default_context(cafile=self.data / 'tls' / 'ca.crt')
        connection = http.client.HTTPSConnection(self.address, timeout=30, context=trust)
        headers = {'Authorization': 'Bearer ' + self.tokens[account], 'Idempotency-Key': str(uuid.uuid4()),
                   'Content-Type': 'application/json'}
        if of is not None:
            headers['If-Match'] = f'"{self.api(account, "GET", of)["revision"]}"'
        connection.request(method, '/api/v1' + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = json.loads(answer.read() or b'{}')
        connection.close()
        if of is None and method == 'GET':
            pass
        else:
            print(f'\n{account}: {method} /api/v1{path} -> {answer.status}')
        if answer.status >= 400:
            raise SystemExit(f'{method} {path}: {answer.status} {text.get("title")}: {text.get("detail")}')
        return text


def told(text):
    print(f'\n# {text}')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--program', required=True)
    parser.add_argument('--region', required=True, type=pathlib.Path, help='folder that `fenghuo region demo` made')
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sitting = Sitting(arguments.program, pathlib.Path(folder))
        try:
            play(sitting, arguments.region, pathlib.Path(folder))
        finally:
            sitting.stop()


def play(s, region, folder):
    told('1. 网络加密：自建证书颁发机构和服务器证书 / certificates of our own')
    s.fenghuo('tls', 'init', '--name', '127.0.0.1')

    told('2. 启动空的指挥中心 / an empty centre')
    s.serve(region, json.loads((region / 'region.json').read_text())['name'])

    told('3. 账号：三类管理员分设，各有其人；值班员和指挥长 / three administrators who are three people, and those who work')
    for account, role, name in (('xitong', 'system_admin', '系统管理员'), ('anquan', 'security_admin', '安全管理员'),
                                ('shenji', 'auditor', '审计管理员'), ('zhiban', 'duty_officer', '值班员'),
                                ('diaodu', 'dispatcher', '调度员')):
        s.fenghuo('user', 'add', account, '--role', role, '--name', name)
    for account in ('zhiban', 'diaodu'):
        s.sign_in(account)

    told('4. 县基础数据：先试读，再导入 / the county workbook: tried first, then taken')
    workbook = folder / 'county.xlsx'
    subprocess.run([s.program, 'demo', 'workbook', '--region', str(region), '--out', str(workbook)], check=True)
    s.fenghuo('import', workbook, '--dry-run')
    s.fenghuo('import', workbook)
    again = json.loads(s.fenghuo('import', workbook, '--json', quiet=True).stdout)
    changed = sum(sheet['created'] + sheet['changed'] for sheet in again['sheets'])
    print(f'  再次导入：新增和变更 {changed} 条 / read again: {changed} changes')
    if changed:
        raise SystemExit('a workbook that is read again must change nothing')
    s.fenghuo('export', folder / 'out.xlsx')

    told('5. 还缺什么 / what is still missing')
    s.fenghuo('readiness', may_fail=True)

    told('6. 现在谁在值班 / who is on duty now')
    for post in s.api('zhiban', 'GET', '/roster')['items'][:5]:
        on_duty = '、'.join(entry.get('person') or '' for entry in post.get('on_duty', []))
        print(f'  {post.get("name") or post.get("post")}：{on_duty or "无人"}')

    told('7. 接报 / a report comes in')
    village = next(area for area in s.api('zhiban', 'GET', '/areas?level=village&limit=200')['items'] if area['location'])
    report = s.api('zhiban', 'POST', '/reports', {
        'channel': 'phone', 'caller': '过路群众', 'kind': 'landslide', 'address': village['name'], 'location': village['location'],
        'text': f'{village["name"]}后山滑坡，一户房屋被埋，有人被困'})['report']
    print(f'  {report["id"]}  {report["text"]}')

    told('8. 立案 / it becomes an incident')
    incident = s.api('diaodu', 'POST', '/incidents', {
        'report': report['id'], 'severity': 'III', 'casualties': {'trapped': 2},
        'needs': [{'capability': 'rescue', 'quantity': 1}]})['incident']
    print(f'  {incident["id"]}')

    told('9. 推荐：谁最快到 / who is there first')
    advice = s.api('diaodu', 'GET', f'/incidents/{incident["id"]}/recommendation')
    for team in advice['teams'] + advice['alternatives'][:3]:
        print(f'  {team["name"]}  {team["eta_s"] / 60:.0f} 分钟  {team["distance_m"] / 1000:.1f} km')

    told('10. 调度令 / the order')
    order = s.api('diaodu', 'POST', f'/incidents/{incident["id"]}/orders', {
        'items': [{'team': advice['teams'][0]['team'], 'instruction': f'赶赴{village["name"]}搜救被困群众'}]})['orders'][0]
    delivery = s.api('diaodu', 'GET', f'/orders/{order["order"]}')['delivery']
    print(f'  {order["order"]} -> {advice["teams"][0]["name"]}  ({delivery})')

    told('11. 电话叫应，代为登记：对方复述 / told by telephone, read back, entered on behalf')
    s.api('zhiban', 'POST', f'/deliveries/{delivery}/contacts', {'step': 'read_back', 'means': 'phone', 'said_by': '队伍值班电话'})
    print('  ' + s.api('zhiban', 'GET', f'/orders/{order["order"]}')['status'])

    told('12. 途中、到场、返回，由电台报告 / under way, there, back: as the radio says')
    for status in ('en_route', 'on_scene', 'released', 'returned'):
        s.api('diaodu', 'POST', f'/orders/{order["order"]}/status', {'status': status, 'means': 'radio', 'said_by': '队长'},
              of=f'/orders/{order["order"]}')

    told('13. 办结 / closed')
    s.api('diaodu', 'POST', f'/incidents/{incident["id"]}/close', {'outcome': '2 名被困人员救出'}, of=f'/incidents/{incident["id"]}')

    told('14. 日志核验 / the journal is proved')
    s.fenghuo('journal', 'verify')
    print('\n首次出动完成 / the first incident is done')


if __name__ == '__main__':
    main()
