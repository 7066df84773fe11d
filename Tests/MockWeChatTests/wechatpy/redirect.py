"""Sends what is meant for WeChat's hosts to a gateway on this machine, and nothing anywhere else."""

from urllib.parse import urlsplit, urlunsplit

import requests.adapters

HOSTS = {"api.weixin.qq.com", "qyapi.weixin.qq.com", "mp.weixin.qq.com"}


def install(base):
    target, original = urlsplit(base), requests.adapters.HTTPAdapter.send

    def send(self, request, **arguments):
        url = urlsplit(request.url)
        if url.hostname in HOSTS:
            request.url = urlunsplit((target.scheme, target.netloc, url.path, url.query, ""))
            request.headers["X-Original-Host"] = url.hostname
        elif url.hostname != target.hostname:
            raise AssertionError("leaves the machine: " + request.url)
        return original(self, request, **arguments)

    requests.adapters.HTTPAdapter.send = send
