package server

// What tests ask of the connections that a server remembers is asked of its pages.

func (remembered *closedRingBuffer) server() *Server {
	var owner *Server
	programs.Range(func(key, _ any) bool {
		if s := key.(*Server); s.closed == remembered {
			owner = s
		}
		return owner == nil
	})
	return owner
}

func (remembered *closedRingBuffer) connections() *Connz {
	owner := remembered.server()
	if owner == nil {
		return &Connz{}
	}
	options := &ConnzOptions{State: ConnClosed, Username: true, Subscriptions: true, Limit: 100_000}
	closed, err := owner.Connz(options)
	if err != nil {
		return &Connz{}
	}
	return closed
}

func (remembered *closedRingBuffer) len() int { return remembered.connections().NumConns }

func (remembered *closedRingBuffer) totalConns() uint64 {
	owner := remembered.server()
	if owner == nil {
		return 0
	}
	figures := owner.figures()
	return figures.TotalConnections - uint64(figures.Connections)
}

func (remembered *closedRingBuffer) closedClients() []*closedClient {
	var all []*closedClient
	for _, one := range remembered.connections().Conns {
		all = append(all, &closedClient{ConnInfo: *one, user: one.AuthorizedUser, acc: one.Account})
	}
	return all
}
