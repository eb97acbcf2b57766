// Signs a user in with Go's own library.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

type answer struct {
	MfaToken    string `json:"mfa_token"`
	OobCode     string `json:"oob_code"`
	AccessToken string `json:"access_token"`
	Error       string `json:"error"`
	Email       string `json:"email"`
}

type row struct {
	ID      string `json:"id"`
	Active  bool   `json:"active"`
	Channel string `json:"oob_channel"`
}

func stop(words string) {
	fmt.Fprintln(os.Stderr, words)
	os.Exit(1)
}

func send(path string, fields url.Values, bearer string, into any) int {
	for try := 0; try < 4; try++ {
		method, body := "GET", ""
		if fields != nil {
			method = "POST"
			fields.Set("client_id", os.Getenv("MFA_CLIENT_ID"))
			fields.Set("client_secret", os.Getenv("MFA_CLIENT_SECRET"))
			body = fields.Encode()
		}
		request, _ := http.NewRequest(method, os.Getenv("MFA_BASE_URL")+path, strings.NewReader(body))
		if fields != nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if bearer != "" {
			request.Header.Set("Authorization", "Bearer "+bearer)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			stop("The tenant doesn't respond.")
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode == 429 {
			seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
			time.Sleep(time.Duration(seconds) * time.Second)
			continue
		}
		if json.Unmarshal(text, into) == nil {
			return response.StatusCode
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop("The tenant doesn't respond as it should.")
	return 0
}

func typed() string {
	response, err := http.Get(os.Getenv("MFA_CODE_URL"))
	if err != nil || response.StatusCode != 200 {
		stop("There's no code.")
	}
	defer response.Body.Close()
	code, _ := io.ReadAll(response.Body)
	return string(code)
}

func challenge(token string) string {
	var rows []row
	send("/mfa/authenticators", nil, token, &rows)
	id := ""
	for _, one := range rows {
		if one.Active && one.Channel == "email" {
			id = one.ID
		}
	}
	var body answer
	send("/mfa/challenge", url.Values{"mfa_token": {token}, "challenge_type": {"oob"}, "authenticator_id": {id}}, "", &body)
	return body.OobCode
}

func main() {
	var login answer
	send("/oauth/token", url.Values{
		"grant_type": {"password"}, "username": {os.Getenv("MFA_USERNAME")}, "password": {os.Getenv("MFA_PASSWORD")},
		"audience": {os.Getenv("MFA_AUDIENCE")}, "scope": {"openid email"},
	}, "", &login)
	token := login.MfaToken
	oobCode := challenge(token)
	for try := 0; try < 5; try++ {
		var body answer
		status := send("/oauth/token", url.Values{
			"grant_type": {"http://auth0.com/oauth/grant-type/mfa-oob"},
			"mfa_token":  {token}, "oob_code": {oobCode}, "binding_code": {typed()},
		}, "", &body)
		switch {
		case status == 200:
			var user answer
			send("/userinfo", nil, body.AccessToken, &user)
			fmt.Println("Signed in as", user.Email)
			return
		case body.Error == "mfa_required":
			token = body.MfaToken
			oobCode = challenge(token)
		case body.Error == "expired_token":
			oobCode = challenge(token)
		case body.Error != "invalid_grant":
			stop("You can't sign in: " + body.Error)
		}
	}
	stop("Too many codes were refused.")
}
