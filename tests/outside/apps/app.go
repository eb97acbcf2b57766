// A Go app that logs in with a password and a code by email: PORT=3000 go run app.go
// AUTH0_DOMAIN, AUTH0_CLIENT_ID, and AUTH0_CLIENT_SECRET say which tenant and application.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
)

type object map[string]any

var (
	tenant       = "https://" + os.Getenv("AUTH0_DOMAIN")
	clientID     = os.Getenv("AUTH0_CLIENT_ID")
	clientSecret = os.Getenv("AUTH0_CLIENT_SECRET")
	logins       sync.Map // of logins that wait for their codes; a real app keeps it in the user's session
)

// ask sends a request and reads the JSON of the answer into found.
func ask(method, path, kind, body, bearer string, found any) error {
	request, err := http.NewRequest(method, tenant+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", kind)
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return json.NewDecoder(response.Body).Decode(found)
}

func tokens(fields url.Values) (answer object, err error) {
	fields.Set("client_id", clientID)
	fields.Set("client_secret", clientSecret)
	err = ask("POST", "/oauth/token", "application/x-www-form-urlencoded", fields.Encode(), "", &answer)
	return answer, err
}

func post(path string, body object, bearer string) (answer object, err error) {
	var sent bytes.Buffer
	if err = json.NewEncoder(&sent).Encode(body); err == nil {
		err = ask("POST", path, "application/json", sent.String(), bearer, &answer)
	}
	return answer, err
}

func login(given object) (int, object, error) {
	answer, err := tokens(url.Values{
		"grant_type": {"password"},
		"username":   {fmt.Sprint(given["username"])},
		"password":   {fmt.Sprint(given["password"])},
		"scope":      {"openid email"},
	})
	if err != nil {
		return 0, nil, err
	}
	if answer["error"] != "mfa_required" {
		return http.StatusUnauthorized, object{"error": answer["error_description"]}, nil
	}
	mfaToken := answer["mfa_token"].(string)
	var enrolled []object
	if err = ask("GET", "/mfa/authenticators", "", "", mfaToken, &enrolled); err != nil {
		return 0, nil, err
	}
	var sent object
	for _, one := range enrolled {
		if one["active"] == true && one["oob_channel"] == "email" {
			sent, err = post("/mfa/challenge", object{
				"client_id": clientID, "client_secret": clientSecret, "mfa_token": mfaToken,
				"challenge_type": "oob", "authenticator_id": one["id"],
			}, "")
			break
		}
	}
	if sent == nil && err == nil {
		sent, err = post("/mfa/associate", object{
			"authenticator_types": []string{"oob"}, "oob_channels": []string{"email"},
		}, mfaToken)
	}
	if err != nil {
		return 0, nil, err
	}
	number := make([]byte, 16)
	if _, err = rand.Read(number); err != nil {
		return 0, nil, err
	}
	id := hex.EncodeToString(number)
	logins.Store(id, url.Values{"mfa_token": {mfaToken}, "oob_code": {sent["oob_code"].(string)}})
	return http.StatusOK, object{"login": id}, nil
}

func code(given object) (int, object, error) {
	kept, known := logins.Load(given["login"])
	if !known {
		return http.StatusUnauthorized, object{"error": "no such login"}, nil
	}
	fields := url.Values{
		"grant_type":   {"http://auth0.com/oauth/grant-type/mfa-oob"},
		"binding_code": {fmt.Sprint(given["code"])},
	}
	for name, values := range kept.(url.Values) {
		fields[name] = values
	}
	answer, err := tokens(fields)
	if err != nil {
		return 0, nil, err
	}
	accessToken, signedIn := answer["access_token"].(string)
	if !signedIn {
		return http.StatusUnauthorized, object{"error": answer["error_description"]}, nil
	}
	logins.Delete(given["login"])
	var user object
	err = ask("GET", "/userinfo", "", "", accessToken, &user)
	return http.StatusOK, object{"email": user["email"]}, err
}

func handle(answer func(object) (int, object, error)) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		var given object
		if err := json.NewDecoder(request.Body).Decode(&given); err != nil {
			http.Error(writer, "no JSON", http.StatusBadRequest)
			return
		}
		status, body, err := answer(given)
		if err != nil {
			log.Print(err)
			http.Error(writer, "the tenant can't be reached", http.StatusBadGateway)
			return
		}
		writer.Header().Set("Content-Type", "application/json")
		writer.WriteHeader(status)
		json.NewEncoder(writer).Encode(body)
	}
}

func main() {
	http.HandleFunc("/login", handle(login))
	http.HandleFunc("/code", handle(code))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
