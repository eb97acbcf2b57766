// A Go app in which users sign in with a password and a code by email: PORT=3000 go run app.go
// AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

var (
	tenant       = "https://" + setting("AUTH0_DOMAIN")
	clientID     = setting("AUTH0_CLIENT_ID")
	clientSecret = setting("AUTH0_CLIENT_SECRET")
	client       = &http.Client{Timeout: 10 * time.Second}
	logins       sync.Map // what waits for a code; an app of several processes keeps it in its sessions
)

// refused says no to the user: the tenant's answer is an error, or the login has ended.
type refused struct {
	Code     string `json:"error"`
	Why      string `json:"error_description"`
	MFAToken string `json:"mfa_token"`
}

func (r *refused) Error() string { return r.Why }

func setting(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatalf("Set %s in the environment first.", name)
	}
	return value
}

// ask reads the JSON of the tenant's answer into found. The error is a *refused if the tenant says no.
func ask(method, path, kind string, body io.Reader, bearer string, found any) error {
	request, err := http.NewRequest(method, tenant+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", kind)
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 400 {
		return json.NewDecoder(response.Body).Decode(found)
	}
	var no refused
	if err := json.NewDecoder(response.Body).Decode(&no); err != nil {
		return err
	}
	if no.Why == "" {
		return errors.New("the tenant answered with status " + response.Status)
	}
	return &no
}

// token gets the access token for a proof of who the user is.
func token(proof url.Values) (string, error) {
	proof.Set("client_id", clientID)
	proof.Set("client_secret", clientSecret)
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	body := strings.NewReader(proof.Encode())
	err := ask("POST", "/oauth/token", "application/x-www-form-urlencoded", body, "", &tokens)
	return tokens.AccessToken, err
}

// send lets the tenant send a code: to the user's email if it is enrolled, or else to enroll it.
func send(mfaToken string) (oobCode string, err error) {
	var enrolled []struct {
		ID      string `json:"id"`
		Active  bool   `json:"active"`
		Channel string `json:"oob_channel"`
	}
	if err := ask("GET", "/mfa/authenticators", "", nil, mfaToken, &enrolled); err != nil {
		return "", err
	}
	path := "/mfa/associate"
	wanted := map[string]any{"authenticator_types": []string{"oob"}, "oob_channels": []string{"email"}}
	for _, one := range enrolled {
		if one.Active && one.Channel == "email" {
			path = "/mfa/challenge"
			wanted = map[string]any{
				"client_id": clientID, "client_secret": clientSecret, "mfa_token": mfaToken,
				"challenge_type": "oob", "authenticator_id": one.ID,
			}
			break
		}
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return "", err
	}
	var sent struct {
		OOBCode string `json:"oob_code"`
	}
	err = ask("POST", path, "application/json", bytes.NewReader(body), mfaToken, &sent)
	return sent.OOBCode, err
}

func login(request *http.Request) (map[string]string, error) {
	_, err := token(url.Values{
		"grant_type": {"password"},
		"username":   {request.PostFormValue("username")},
		"password":   {request.PostFormValue("password")},
		"scope":      {"openid email"},
	})
	if err == nil {
		return nil, &refused{Why: "The tenant asked for no code."}
	}
	var no *refused
	if !errors.As(err, &no) || no.Code != "mfa_required" {
		return nil, err
	}
	oobCode, err := send(no.MFAToken)
	if err != nil {
		return nil, err
	}
	number := make([]byte, 16)
	if _, err := rand.Read(number); err != nil {
		return nil, err
	}
	id := hex.EncodeToString(number)
	logins.Store(id, [2]string{no.MFAToken, oobCode})
	return map[string]string{"login": id}, nil
}

func code(request *http.Request) (map[string]string, error) {
	id := request.PostFormValue("login")
	kept, known := logins.Load(id)
	if !known {
		return nil, &refused{Why: "This login has ended. Sign in again."}
	}
	login := kept.([2]string)
	accessToken, err := token(url.Values{
		"grant_type":   {"http://auth0.com/oauth/grant-type/mfa-oob"},
		"mfa_token":    {login[0]},
		"oob_code":     {login[1]},
		"binding_code": {request.PostFormValue("code")},
	})
	var no *refused
	if errors.As(err, &no) && no.Code == "invalid_grant" {
		return nil, &refused{Why: "That code is wrong. Try again with the newest one."}
	}
	if err != nil {
		return nil, err
	}
	logins.Delete(id)
	var user struct {
		Email string `json:"email"`
	}
	err = ask("GET", "/userinfo", "", nil, accessToken, &user)
	return map[string]string{"email": user.Email}, err
}

func handle(path string, answer func(*http.Request) (map[string]string, error)) {
	http.HandleFunc(path, func(writer http.ResponseWriter, request *http.Request) {
		body, err := answer(request)
		status := http.StatusOK
		var no *refused
		if errors.As(err, &no) {
			status, body = http.StatusUnauthorized, map[string]string{"error": no.Why}
		} else if err != nil {
			log.Print(err)
			status, body = http.StatusBadGateway, map[string]string{"error": "You can't sign in just now. Try again later."}
		}
		writer.Header().Set("Content-Type", "application/json")
		writer.WriteHeader(status)
		json.NewEncoder(writer).Encode(body)
	})
}

func main() {
	handle("/login", login)
	handle("/code", code)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+setting("PORT"), nil))
}
