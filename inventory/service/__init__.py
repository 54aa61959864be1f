"""Pages for people: the local page over one project folder, and the reporting service of a province. The same code, the
extra `service`.

    domain/    states, roles, rounds, findings that need a reason: plain Python tables, no Django
    shared/    what both faces use: settings, texts, formatting, middleware
    page/      the local page: one user on 127.0.0.1, the project folder is the truth
    store/     models, migrations, append-only triggers, row-level security, hash chain
    web/       pages of the service · api/ its JSON interface
    static/    front-end files, all served locally; `static/vendor` came from npm with its licences

Core and use cases know nothing of this package.
"""
