package compare

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"
)

// A backEnd is one HTTP server of the dashboard, on a port of the loopback that the system chose.
type backEnd struct {
	id     int
	url    string
	server *http.Server
	served chan error
}

// A panel is what a back end answers with.
type panel struct {
	Server int      `json:"server"`
	Panel  int      `json:"panel"`
	Title  string   `json:"title"`
	Points []uint32 `json:"points"`
}

const panelPoints = 64

// newPanel is the same for the same server and number, whenever it is asked for.
func newPanel(server, number int) panel {
	p := panel{Server: server, Panel: number, Title: "panel " + strconv.Itoa(number) + " of server " + strconv.Itoa(server)}
	x := uint64(server*100 + number + 1)
	for range panelPoints {
		x = Spin(x, 1)
		p.Points = append(p.Points, uint32(x))
	}
	return p
}

// sum tells apart panels with other points, and the same points in another place.
func (p panel) sum() uint64 {
	s := mark(p.Server, p.Panel, http.StatusOK)
	for i, v := range p.Points {
		s += uint64(v) * uint64(i+1)
	}
	return s
}

// mark tells apart panels and how they were answered.
func mark(server, panel, status int) uint64 {
	return Spin(uint64(server<<20|panel<<10|status), 8)
}

func startBackEnd(id int) (*backEnd, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &backEnd{id: id, url: "http://" + ln.Addr().String(), served: make(chan error, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /panels/{number}", b.answer)
	b.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { b.served <- b.server.Serve(ln) }()
	return b, nil
}

func (b *backEnd) answer(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		http.Error(w, "the panel is not a number", http.StatusBadRequest)
		return
	}
	switch b.id {
	case slowServer:
		select {
		case <-time.After(slowness):
		case <-r.Context().Done():
			return
		}
	case failingServer:
		http.Error(w, "the data base is down", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(newPanel(b.id, number)) // a client that has gone is not the server's trouble
}

// close lets requests under way end, for at most a second.
func (b *backEnd) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := b.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, b.server.Close())
	}
	if served := <-b.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
